import { createKeyCache, type KeyCache } from '../../client/key-cache.ts'
import { readKeySet } from '../../client/key-set.ts'
import type { Clock } from '../../platform/clock.ts'
import type { OutboundFetch } from '../../platform/outbound-fetch.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { readDiscovery } from '../read-discovery.ts'
import { readFromProvider, unusable } from './ask-provider.ts'

/** A provider's keys: at one address, or where its discovery document says. */
export interface ProviderKeys {
  at(provider: IdentityProvider, jwksUri: string): KeyCache
  ofIssuer(provider: IdentityProvider, issuer: string): KeyCache
}

const MOST_CACHES = 1_000

export function createProviderKeys(deps: { fetch: OutboundFetch; clock: Clock }): ProviderKeys {
  // Each provider of each project has its own: nobody's made-up key IDs use up the requests of somebody else.
  const caches = new Map<string, KeyCache>()

  const cacheOf = (provider: IdentityProvider, url: string, findUri: () => Promise<string>) => {
    const name = `${provider.id} ${url}`
    const cache =
      caches.get(name) ??
      createKeyCache(
        () => load(findUri),
        () => deps.clock.now(),
      )
    caches.delete(name)
    caches.set(name, cache)
    if (caches.size > MOST_CACHES) caches.delete(caches.keys().next().value!)
    return cache
  }

  const load = async (findUri: () => Promise<string>) => {
    const uri = await findUri()
    const text = await readFromProvider(deps.fetch, uri)
    try {
      return readKeySet(text)
    } catch {
      throw unusable(uri, 'no JWK Set')
    }
  }

  return {
    at: (provider, jwksUri) => cacheOf(provider, jwksUri, async () => jwksUri),
    ofIssuer: (provider, issuer) =>
      cacheOf(provider, issuer, async () => (await readDiscovery(deps.fetch, issuer)).jwks_uri),
  }
}
