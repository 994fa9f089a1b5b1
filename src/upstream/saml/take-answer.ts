import type { Visit } from '../../audit/attempts.ts'
import { refuseClosed } from '../../codes/make-code.ts'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../platform/clock.ts'
import { newOneTimeSecret } from '../../platform/one-time-secret.ts'
import type { Project } from '../../projects/project.ts'
import type { Identity, IdentityProvider } from '../identity-provider.ts'
import { findSignIn, notAwaited } from '../take-sign-in.ts'
import { tellRefusal } from '../tell-refusal.ts'
import { insertUpstreamSignIn, takeUpstreamSignIn } from '../upstream-sign-in-store.ts'
import { checkAssertion } from './check-assertion.ts'
import { checkResponse } from './check-response.ts'
import { identityOfAssertion } from './identity-of-assertion.ts'
import { serviceProviderOf } from './own-entity.ts'
import { refuseAnswer } from './refuse-answer.ts'
import { requireSamlProvider } from './saml-provider.ts'
import { CONTINUE_LIFE, type Expected, type SamlSignIn } from './saml-sign-in.ts'
import { rememberAssertion } from './used-assertions.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly issuer: string
}

/**
 * Takes the answer that a browser brings from a SAML provider, once.
 * @returns the secret under which the browser asks for what it stands for.
 * @throws AppError `access_denied`, `invalid_request`; why stands in the attempt, if it belongs to one.
 */
export async function takeAnswer(
  deps: Deps,
  project: Project,
  answer: { readonly relayState: string; readonly response: string },
  visit: Visit,
): Promise<string> {
  const found = await findSignIn<Expected>(deps, project, 'saml', answer.relayState)
  if (found?.request.expected.from !== 'provider') throw notAwaited('unknown')
  const { requestId } = found.request.expected
  const now = deps.clock.now()
  let told: Record<string, unknown> = {}
  try {
    // Switched since: the sign-ins under way end with it.
    refuseClosed(project, 'saml')
    const provider = await requireSamlProvider(deps.database.read, project, found.providerId)
    told = { provider: provider.slug }
    const { settings } = provider
    const awaited = { settings, self: serviceProviderOf(project, deps.issuer), requestId }
    const assertion = await checkResponse(answer.response, awaited)
    const { assertionId, expiresAt } = checkAssertion(assertion, awaited, now)
    const identity = identityOfAssertion(assertion, settings)
    return await keep(deps, found, provider, identity, { assertionId, expiresAt, now })
  } catch (error) {
    await tellRefusal(deps, project, { traceId: found.traceId, detail: told }, error, visit)
    throw error
  }
}

/** Takes the sign-in and the assertion, and leaves who it is for the browser that began. */
async function keep(
  deps: Deps,
  signIn: SamlSignIn,
  provider: IdentityProvider,
  identity: Identity,
  { assertionId, expiresAt, now }: { assertionId: string; expiresAt: number; now: number },
): Promise<string> {
  const next = newOneTimeSecret(now)
  const expected: Expected = { from: 'browser', identity, begunKey: signIn.key.toString('base64url') }
  const refusal = await deps.database.write(async tx => {
    if (!(await takeUpstreamSignIn(tx, signIn.key, now)))
      return notAwaited(signIn.expiresAt <= now ? 'over' : 'taken before')
    if (!(await rememberAssertion(tx, provider.id, assertionId, expiresAt, now)))
      return refuseAnswer('saml_replayed', { assertion: assertionId.slice(0, 100) })
    await insertUpstreamSignIn(tx, {
      ...signIn,
      key: next.key,
      request: { ...signIn.request, expected },
      expiresAt: now + CONTINUE_LIFE,
    })
    return undefined
  })
  if (refusal) throw refusal
  return next.text
}
