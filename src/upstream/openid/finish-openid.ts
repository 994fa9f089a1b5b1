import type { Visit } from '../../audit/attempts.ts'
import { type MakingDeps, refuseClosed } from '../../codes/make-code.ts'
import { AppError } from '../../errors.ts'
import type { Project } from '../../projects/project.ts'
import type { Registry } from '../../projects/registry.ts'
import { finishSignIn } from '../finish-sign-in.ts'
import { forPeople } from '../for-people.ts'
import { findSignIn, notAwaited, takeSignIn } from '../take-sign-in.ts'
import { tellRefusal } from '../tell-refusal.ts'
import type { UpstreamSignIn } from '../upstream-sign-in.ts'
import { boundToBrowser } from './bound-to-browser.ts'
import { identifyByAnswer } from './identify-by-answer.ts'
import type { OpenidConnections } from './openid-connections.ts'
import { requireOpenidProvider } from './openid-providers.ts'
import { openidRedirectUri } from './redirect-uri.ts'
import type { ExpectedOfOpenid } from './send-to-openid.ts'

interface Deps extends MakingDeps {
  readonly registry: Registry
  readonly issuer: string
  readonly openid: OpenidConnections
}

/** An answer as a browser brings it to a provider's redirect URI. */
export interface OpenidAnswer {
  readonly project: Project
  readonly providerSlug: string
  readonly query: URLSearchParams
  /** The secret that this browser keeps for a sign-in. */
  readonly secretOf: (signIn: UpstreamSignIn) => string | undefined
  /** Whether the timeline has room for one more refusal of somebody whom nobody has vouched for. */
  readonly mayTell: () => Promise<boolean>
}

/**
 * Takes the answer of an OpenID provider, and hands over whom it vouches for.
 * @returns where the browser goes on. @throws AppError as `generateCode`, and for people; why stands in the attempt.
 */
export async function finishOpenid(
  deps: Deps,
  answer: OpenidAnswer,
  visit: Visit,
): Promise<{ readonly next: string; readonly signIn: UpstreamSignIn }> {
  const { project, providerSlug, query } = answer
  const state = only(query, 'state') ?? ''
  const signIn = await findSignIn<ExpectedOfOpenid>(deps, project, 'openid', state)
  try {
    return { next: await finish(deps, answer, signIn, state, visit), signIn: signIn! }
  } catch (error) {
    const refusal = forPeople(error)
    const about = {
      traceId: signIn?.traceId ?? visit.traceId,
      detail: { provider: providerSlug.slice(0, 64) },
    }
    await tellRefusal(deps, project, about, refusal, visit, answer.mayTell)
    throw refusal
  }
}

async function finish(
  deps: Deps,
  { project, providerSlug, query, secretOf }: OpenidAnswer,
  signIn: UpstreamSignIn<ExpectedOfOpenid> | undefined,
  state: string,
  visit: Visit,
): Promise<string> {
  // A code of an upstream is not spent for a door that was closed meanwhile.
  refuseClosed(project, 'openid')
  if (!signIn) throw notAwaited('unknown')
  const provider = await requireOpenidProvider(deps.database.read, project, providerSlug)
  const connection = await deps.openid(provider)
  if (signIn.providerId !== provider.id) throw mixedUp({ problem: 'the answer of another provider' })
  refuseForeign(query, connection.document)
  const secret = secretOf(signIn)
  await takeSignIn(deps, signIn, secret)
  refuseFailed(query)
  const redirectUri = openidRedirectUri(deps.issuer, project.slug, provider.slug)
  const expected = { state, bound: boundToBrowser(secret!, state), maxAge: signIn.request.expected.maxAge }
  const url = new URL(`${redirectUri}?${query}`)
  const identity = await identifyByAnswer(connection, provider, url, expected, deps.clock.now())
  return await finishSignIn(deps, signIn, provider, identity, visit)
}

/** Whose answer it says that it is (RFC 9207, section 2.4). */
function refuseForeign(query: URLSearchParams, document: Readonly<Record<string, unknown>>): void {
  const said = query.getAll('iss')
  if (said.length === 0 && document.authorization_response_iss_parameter_supported !== true) return
  if (said.length === 1 && said[0] === document.issuer) return
  throw mixedUp({ issuer: said[0]?.slice(0, 256) ?? null, expected: document.issuer })
}

/** An error in the place of a code (OpenID Connect Core 1.0, section 3.1.2.6). */
function refuseFailed(query: URLSearchParams): void {
  const error = query.get('error')
  if (error === null) return
  const passing = error === 'temporarily_unavailable' || error === 'server_error'
  throw new AppError(
    passing ? 'temporarily_unavailable' : 'invalid_request',
    'The identity provider signed nobody in.',
    {
      reason: 'provider_refused',
      detail: { error: plain(error, 64), description: plain(query.get('error_description') ?? '', 200) },
    },
  )
}

function mixedUp(detail: Record<string, unknown>): AppError {
  return new AppError('invalid_request', 'The answer is of another identity provider.', {
    reason: 'answer_mixed_up',
    detail,
  })
}

function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  return values.length === 1 ? values[0] : undefined
}

function plain(text: string, most: number): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, most)
}
