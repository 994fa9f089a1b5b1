import { findAttemptOf, recordStep, type Visit } from '../audit/attempts.ts'
import { refuseClosed } from '../codes/make-code.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../platform/clock.ts'
import { sha256 } from '../platform/hashing.ts'
import { newOneTimeSecret } from '../platform/one-time-secret.ts'
import { randomBytes } from '../platform/random.ts'
import type { Project } from '../projects/project.ts'
import type { AskedFor } from './hand-over.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { UPSTREAM_LIFE, type UpstreamStandard, upstreamName } from './upstream-sign-in.ts'
import { insertUpstreamSignIn } from './upstream-sign-in-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

export interface Begun {
  /** Travels to the provider and back, as `state` or `RelayState`. */
  readonly state: string
  /** What the browser keeps meanwhile, and under which name. */
  readonly browser: { readonly name: string; readonly secret: string }
  readonly traceId: string
}

/**
 * Begins a sign-in at a provider of the project: what the answer will be checked against is kept, under a secret that
 * travels, for the browser that holds another. `mayTell`: the attempt tells of it; nobody needs credentials to begin one.
 * @throws AppError `access_denied` where the project signs readers in by another standard, or not at all.
 */
export async function beginSignIn<E>(
  deps: Deps,
  input: {
    readonly project: Project
    readonly provider: IdentityProvider
    readonly standard: UpstreamStandard
    readonly asked: AskedFor
    /** What the answer of the provider is checked against: nonce, verifier, the request's ID. */
    readonly expected: E
    readonly mayTell: () => Promise<boolean>
  },
  visit: Visit,
): Promise<Begun> {
  const { project, provider, standard, asked, expected } = input
  refuseClosed(project, standard)
  const now = deps.clock.now()
  const traceId = (await findAttemptOf(deps.database.read, project.id, asked.state)) ?? visit.traceId
  const state = newOneTimeSecret(now)
  const secret = randomBytes(32).toString('base64url')
  const tells = await input.mayTell()
  await deps.database.write(async tx => {
    await insertUpstreamSignIn(tx, {
      key: state.key,
      projectId: project.id,
      providerId: provider.id,
      request: { standard, asked, browser: sha256(secret).toString('base64url'), expected },
      traceId,
      expiresAt: now + UPSTREAM_LIFE,
    })
    if (!tells) return
    await recordStep(tx, {
      traceId,
      address: visit.address,
      projectId: project.id,
      at: now,
      step: 'provider',
      outcome: 'passed',
      reason: null,
      reader: null,
      detail: { provider: provider.slug, standard },
    })
  })
  return { state: state.text, browser: { name: upstreamName(state.key), secret }, traceId }
}
