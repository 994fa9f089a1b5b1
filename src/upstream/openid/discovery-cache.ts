import type { Clock } from '../../platform/clock.ts'
import type { OutboundFetch } from '../../platform/outbound-fetch.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { type DiscoveryDocument, readDiscovery } from '../read-discovery.ts'

/** Milliseconds that a document is used without asking. */
const FRESH = 300_000
/** Milliseconds that it is used while the provider cannot be reached. */
const STALE = 3_600_000
/** Milliseconds between two requests to a provider that gives no document. */
const PAUSE = 30_000
const MOST = 1_000

interface Kept {
  document?: { readonly value: DiscoveryDocument; readonly at: number }
  askedAt: number
  problem?: unknown
  asking?: Promise<void> | undefined
}

/** The discovery documents of providers, kept. @throws AppError `provider_unreachable`. */
export type DiscoveryCache = (provider: IdentityProvider<'oidc'>) => Promise<DiscoveryDocument>

export function createDiscoveryCache(deps: { fetch: OutboundFetch; clock: Clock }): DiscoveryCache {
  const known = new Map<string, Kept>()
  // A clock that was set back must not make a document young for ever.
  const since = (moment: number) => Math.abs(deps.clock.now() - moment)

  const ask = async (kept: Kept, issuer: string) => {
    kept.askedAt = deps.clock.now()
    try {
      kept.document = { value: await readDiscovery(deps.fetch, issuer), at: deps.clock.now() }
      kept.problem = undefined
    } catch (problem) {
      kept.problem = problem
    } finally {
      kept.asking = undefined
    }
  }

  return async ({ id, settings: { issuer } }) => {
    const name = `${id} ${issuer}`
    const kept = known.get(name) ?? { askedAt: Number.NEGATIVE_INFINITY }
    known.delete(name)
    known.set(name, kept)
    if (known.size > MOST) known.delete(known.keys().next().value!)

    if (kept.document && since(kept.document.at) < FRESH) return kept.document.value
    if (!kept.asking && since(kept.askedAt) >= PAUSE) kept.asking = ask(kept, issuer)
    await kept.asking
    if (kept.document && since(kept.document.at) < STALE) return kept.document.value
    throw kept.problem
  }
}
