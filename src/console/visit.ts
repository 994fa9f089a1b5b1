// Who is at the console: an administrator with a session of their own, which shares nothing with sessions of readers.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Administrator } from '../administrators/administrator.ts'
import { principalOf } from '../administrators/administrator-principal.ts'
import {
  type AdministratorSession,
  findAdministratorSession,
  needsTouch,
  SESSION_LIFE,
  touchAdministratorSession,
} from '../administrators/administrator-sessions.ts'
import type { Principal } from '../administrators/principal.ts'
import { AppError } from '../errors.ts'
import { cookieJar } from '../http/cookies.ts'
import type { Origin } from '../platform/sign-in-origin.ts'
import type { ConsoleCore } from './console-core.ts'

const SESSION = 'gatepass_console'

export interface ConsoleVisit {
  readonly administrator: Administrator
  readonly principal: Principal
  readonly session: AdministratorSession
  /** The session's secret as the cookie carries it. */
  readonly secret: string
}

const visits = new WeakMap<FastifyRequest, ConsoleVisit>()

/** The visit of a request that passed the guard. */
export function visitOf(request: FastifyRequest): ConsoleVisit {
  const visit = visits.get(request)
  if (!visit) throw new Error('a console route was asked for its visitor outside the guard')
  return visit
}

/** Where a request comes from, for the audit log and the list of sessions. */
export function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? '' }
}

/**
 * Finds the session of a request and remembers it for `visitOf`.
 * @throws AppError `invalid_request` for two session cookies: one was planted, and which is not for us to guess.
 */
export async function findVisit(
  core: ConsoleCore,
  request: FastifyRequest,
): Promise<ConsoleVisit | undefined> {
  const values = cookieJar(core.issuer)
    .read(request, SESSION)
    .filter(({ rest }) => rest === '')
  if (values.length > 1) {
    throw new AppError(
      'invalid_request',
      'The browser sent two session cookies. Delete the cookies of this site.',
    )
  }
  const secret = values[0]?.value
  const now = core.clock.now()
  const found =
    secret === undefined ? undefined : await findAdministratorSession(core.database.read, secret, now)
  if (secret === undefined || !found) return undefined
  if (needsTouch(found.session, now)) {
    await core.database.write(tx => touchAdministratorSession(tx, found.session, now))
  }
  const visit = { ...found, secret, principal: principalOf(found.administrator, request.ip) }
  visits.set(request, visit)
  return visit
}

export function setSessionCookie(core: ConsoleCore, reply: FastifyReply, secret: string): void {
  cookieJar(core.issuer).set(reply, SESSION, secret, SESSION_LIFE / 1000)
}

export function clearSessionCookie(core: ConsoleCore, reply: FastifyReply): void {
  cookieJar(core.issuer).set(reply, SESSION, '', 0)
}
