// The authorization endpoint's rules (OpenID Connect Core 1.0, section 3.1.2): answer from the central session, or wait
// for the reader to sign in where they always do, at the project's login URL.
import { recordStep, type Visit } from '../audit/attempts.ts'
import { CODE_LIFE } from '../codes/code.ts'
import { insertCode } from '../codes/code-store.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { Clock } from '../platform/clock.ts'
import { newOneTimeSecret } from '../platform/one-time-secret.ts'
import type { Project } from '../projects/project.ts'
import type { RegisteredClient } from '../projects/registry.ts'
import { type LiveSession, type Session, sidOf } from '../sessions/session.ts'
import { AuthorizationError, type AuthorizationRequest } from './authorization-request.ts'
import { insertPending, PENDING_LIFE, pendingId } from './pending-authorizations.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly issuer: string
}

/** The answer at the redirect URI, or a request that waits for its reader. */
export type Authorized =
  | { readonly redirect: string }
  | { readonly waiting: { readonly id: string; readonly secret: string; readonly traceId: string } }

/**
 * Answers a request from the browser's central session, or makes it wait.
 * @throws AuthorizationError `login_required` for prompt=none, `access_denied` where the project's door is closed.
 */
export async function authorize(
  deps: Deps,
  client: RegisteredClient,
  request: AuthorizationRequest,
  central: LiveSession | undefined,
  visit: Visit,
  /** Whether the timeline has room for one more step of somebody who has shown nothing yet. */
  mayTell: () => Promise<boolean>,
): Promise<Authorized> {
  const now = deps.clock.now()
  const { project } = client
  if (!project.jwtEnabled)
    throw new AuthorizationError('access_denied', 'Sign-in is switched off for this project.')
  const satisfied =
    central?.projectId === project.id && isFresh(request, central, now) && isAskedFor(request, central)
  if (central && satisfied) {
    const redirect = await deps.database.write(tx =>
      grant(tx, deps.issuer, { project, request, central, reader: central.reader.externalId, now }, visit),
    )
    return { redirect }
  }
  if (request.prompt === 'none') throw new AuthorizationError('login_required', 'Nobody is signed in here.')

  const told = await mayTell()
  const secret = newOneTimeSecret(now)
  await deps.database.write(async tx => {
    const expiresAt = now + PENDING_LIFE
    const { traceId } = visit
    await insertPending(tx, {
      key: secret.key,
      projectId: project.id,
      clientId: client.id,
      request,
      traceId,
      expiresAt,
    })
    if (!told) return
    await recordStep(tx, {
      ...visit,
      projectId: project.id,
      at: now,
      step: 'authorize',
      outcome: 'passed',
      reason: null,
      reader: null,
      detail: { clientId: client.id, waits: 'for the reader to sign in' },
    })
  })
  return { waiting: { id: pendingId(secret.key), secret: secret.text, traceId: visit.traceId } }
}

/** Whether a session satisfies `prompt` and `max_age`; `since`: sign-ins after this moment satisfy `prompt=login`. */
export function isFresh(
  request: AuthorizationRequest,
  session: Pick<Session, 'authTime'>,
  now: number,
  since = Number.POSITIVE_INFINITY,
): boolean {
  if (session.authTime >= since) return true
  return (
    request.prompt !== 'login' && (request.maxAge === null || now - session.authTime <= request.maxAge * 1000)
  )
}

/** Whether a session is of the reader that the application asks for (OpenID Connect Core 1.0, section 3.1.2.2). */
export function isAskedFor(request: AuthorizationRequest, session: Pick<Session, 'readerId'>): boolean {
  return request.subject === null || request.subject === session.readerId
}

/** Makes the code of a granted request. @returns the redirect URI with code, state and issuer (RFC 9207). */
export async function grant(
  tx: Handle,
  issuer: string,
  granted: {
    project: Project
    request: AuthorizationRequest
    central: Session
    reader: string
    now: number
  },
  visit: Visit,
): Promise<string> {
  const { project, request, central, now } = granted
  const { clientId, redirectUri, scope, nonce } = request
  const secret = newOneTimeSecret(now)
  await insertCode(tx, {
    key: secret.key,
    projectId: project.id,
    clientId,
    secretId: null,
    readerId: central.readerId,
    validityMinutes: Math.ceil((central.expiresAt - central.createdAt) / 60_000),
    redirectPath: null,
    codeChallenge: request.codeChallenge,
    traceId: visit.traceId,
    expiresAt: now + CODE_LIFE,
    authorization: { clientId, redirectUri, scope, nonce, centralSid: sidOf(central.key) },
    standard: project.standard,
    // The central session knows of the account session.
    centralKey: null,
  })
  await recordStep(tx, {
    ...visit,
    projectId: project.id,
    at: now,
    step: 'authorize',
    outcome: 'passed',
    reason: null,
    reader: granted.reader,
    detail: { clientId, scope },
  })
  return answerAt(redirectUri, issuer, request.state, { code: secret.text })
}

/** The redirect URI with parameters of an answer added to its own (RFC 6749, section 4.1.2). */
export function answerAt(
  redirectUri: string,
  issuer: string,
  state: string | null,
  parameters: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({ ...parameters, ...(state !== null && { state }), iss: issuer })
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}
