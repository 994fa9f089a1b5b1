// How a waiting authorization goes on once its reader has signed in.
//
// Where Gatepass serves the project's site, the reader signs in there, and the site hands the browser a ticket. The
// ticket alone is worth nothing: it counts in the browser that began the request and holds its secret. So nobody can
// have a request of their own completed by luring somebody who is signed in.
// Where the site is elsewhere, the login endpoint brings its code to the identity server itself.
import { recordRefusal, type Visit } from '../audit/attempts.ts'
import { findCode } from '../codes/code-store.ts'
import type { OutstandingCodes } from '../codes/outstanding-codes.ts'
import { redeemCode } from '../codes/redeem-code.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { sameDigest, sha256 } from '../platform/hashing.ts'
import { keyOfSecret, newOneTimeSecret } from '../platform/one-time-secret.ts'
import type { Project } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import type { LiveSession, Session } from '../sessions/session.ts'
import { findLiveSession, findSession, insertSession, joinCentral } from '../sessions/session-store.ts'
import { endCentralSession, succeedCentralSession } from '../sessions/sign-off.ts'
import { answerAt, grant, isAskedFor, isFresh } from './authorize.ts'
import {
  attachTicket,
  findPending,
  type PendingAuthorization,
  pendingId,
  takePending,
} from './pending-authorizations.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly outstanding: OutstandingCodes
  readonly issuer: string
}

/** A request that was answered, and the central session that the browser has from now on. */
export interface Continued {
  readonly redirect: string
  readonly project: Project
  readonly central: Session
  readonly centralToken: string
}

/**
 * At the site: gives a signed-in reader's browser the ticket that its waiting request needs.
 * @returns where to go on; `sign-in` where the request wants a newer sign-in than this session's.
 */
export async function stampAuthorization(
  deps: Pick<Deps, 'database' | 'clock' | 'issuer'>,
  project: Project,
  session: LiveSession,
  id: string,
): Promise<{ next: string } | 'sign-in' | undefined> {
  const now = deps.clock.now()
  const pending = await findPending(deps.database.read, id, now)
  if (pending?.projectId !== project.id) return undefined
  const since = begunAt(pending)
  if (!isFresh(pending.request, session, now, since)) return 'sign-in'
  // Somebody else than the application asks for may sign in as the right reader, once; then the application is told.
  if (!isAskedFor(pending.request, session) && session.authTime < since) return 'sign-in'
  const ticket = newOneTimeSecret(now)
  const attached = await deps.database.write(tx =>
    attachTicket(tx, pending.key, sha256(ticket.text), session.key, now),
  )
  const query = new URLSearchParams({ authorization: id, ticket: ticket.text })
  return attached ? { next: `${deps.issuer}/oauth/continue?${query}` } : undefined
}

/** At the identity server: takes the ticket of the browser that began the request. @throws AppError for a person. */
export async function continueWithTicket(
  deps: Deps,
  presented: { id: string; secrets: readonly string[]; ticket: string; here: readonly LiveSession[] },
  visit: Visit,
): Promise<Continued> {
  const now = deps.clock.now()
  const pending = await findPending(deps.database.read, presented.id, now)
  if (!pending) throw over()
  if (!presented.secrets.some(secret => isSecretOf(secret, pending))) {
    const refusal = otherBrowser()
    const about = { step: 'authorize', projectId: pending.projectId, reader: null, at: now } as const
    await recordRefusal(deps.database, { ...visit, traceId: pending.traceId }, about, refusal)
    refusal.traceId = pending.traceId
    throw refusal
  }
  const hash = pending.ticketHash
  if (!hash || !sameDigest(sha256(presented.ticket), hash)) throw over()
  const token = newOneTimeSecret(now)
  const answered = await deps.database.write(async tx => {
    const site = await findLiveSession(tx, pending.siteSessionKey!, now)
    if (!site || !(await takePending(tx, pending.key, now))) return undefined
    const before = site.centralKey ? await findSession(tx, site.centralKey) : undefined
    const central: Session = {
      ...site,
      key: token.key,
      kind: 'central',
      createdAt: now,
      // What is central to a site session and is no session of a project is an account session.
      centralKey: before ? before.centralKey : site.centralKey,
      clientId: null,
    }
    await insertSession(tx, central)
    await replaceCentral(tx, presented.here, central, now)
    // Asked to sign in anew, or its cookie lost: a sign-off of this one still reaches what came of the one before.
    if (before) await succeedCentralSession(tx, before.key, central.key, now)
    await joinCentral(tx, site.key, central.key)
    return await answer(deps, tx, pending, central, site.reader.externalId, now, visit)
  })
  if (!answered) throw over()
  return { ...answered, centralToken: token.text }
}

/**
 * At the identity server: takes the code that a login endpoint pushed for a site elsewhere.
 * @returns undefined where this browser has no request waiting for that project. @throws AppError `invalid_grant`.
 */
export async function continueWithCode(
  deps: Deps,
  presented: {
    project: Project
    code: string
    loginToken?: boolean
    secrets: readonly string[]
    here: readonly LiveSession[]
  },
  visit: Visit,
): Promise<Continued | undefined> {
  const now = deps.clock.now()
  const pending = await pendingOfCode(deps, presented, now)
  if (!pending) return undefined
  const { project, code, loginToken = false, secrets, here } = presented
  const redemption = {
    project,
    code,
    loginToken,
    opens: 'central',
    verifiers: secrets,
    verifierImpliesChallenge: false,
    tellsUnknown: true,
  } as const
  const { session, reader, sessionToken } = await redeemCode(deps, redemption, visit)
  const answered = await deps.database.write(async tx => {
    if (!(await takePending(tx, pending.key, now))) return undefined
    await replaceCentral(tx, here, session, now)
    return await answer(deps, tx, pending, session, reader.externalId, now, visit)
  })
  if (!answered || !sessionToken) throw over()
  return { ...answered, centralToken: sessionToken }
}

async function answer(
  deps: Deps,
  tx: Handle,
  pending: PendingAuthorization,
  central: Session,
  reader: string,
  now: number,
  visit: Visit,
) {
  const project = deps.registry.client(pending.clientId)?.project
  if (!project?.jwtEnabled) throw over()
  const { request } = pending
  const sameAttempt = { ...visit, traceId: pending.traceId }
  const redirect = isAskedFor(request, central)
    ? await grant(tx, deps.issuer, { project, request, central, reader, now }, sameAttempt)
    : answerAt(request.redirectUri, deps.issuer, request.state, {
        error: 'access_denied',
        error_description: 'Another reader signed in than the id_token_hint speaks of.',
      })
  return { redirect, project, central }
}

/** The request of this browser that a code answers: the one that it is bound to, else the newest of the project. */
async function pendingOfCode(
  deps: Deps,
  { project, code, secrets }: { project: Project; code: string; secrets: readonly string[] },
  now: number,
): Promise<PendingAuthorization | undefined> {
  const codeKey = keyOfSecret(code)
  const challenge = codeKey && (await findCode(deps.database.read, codeKey))?.codeChallenge
  const bound = secrets.filter(secret => sha256(secret).toString('base64url') === challenge)
  const keys = (challenge ? bound : secrets).flatMap(secret => keyOfSecret(secret) ?? [])
  keys.sort((a, b) => Buffer.compare(b, a))
  for (const key of keys) {
    const pending = await findPending(deps.database.read, pendingId(key), now)
    if (pending?.projectId === project.id) return pending
  }
  return undefined
}

/**
 * A browser has one central session for each project. A newer one of the same reader takes over what came of the one
 * before, so that a sign-off still reaches it; another reader's ends with all that came of it.
 */
async function replaceCentral(
  tx: Handle,
  here: readonly LiveSession[],
  central: Session,
  now: number,
): Promise<void> {
  for (const before of here.filter(session => session.projectId === central.projectId)) {
    const same = before.readerId === central.readerId
    if (same) await succeedCentralSession(tx, before.key, central.key, now)
    else await endCentralSession(tx, before.key, 'replaced', now)
  }
}

function isSecretOf(secret: string, pending: PendingAuthorization): boolean {
  const key = keyOfSecret(secret)
  return key !== undefined && sameDigest(key, pending.key)
}

/** Keys begin with the moment that they were made. */
function begunAt(pending: PendingAuthorization): number {
  return pending.key.readUIntBE(0, 6)
}

function over(): AppError {
  const sentence = 'This sign-in is over or took too long. Go back to the application and start again.'
  return new AppError('invalid_request', sentence, { reason: 'session_over' })
}

function otherBrowser(): AppError {
  const sentence =
    'This sign-in was begun in another browser, or this one keeps no cookies. Start again at the application.'
  return new AppError('invalid_request', sentence, { reason: 'other_browser' })
}
