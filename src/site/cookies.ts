import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Project } from '../projects/project.ts'

/** `__Host-` binds a cookie to exactly this host over TLS (RFC 6265bis, section 4.1.3.2); plain http cannot have it. */
function cookieName(project: Project, name: string): string {
  return project.siteUrl.startsWith('https:') ? `__Host-${name}` : name
}

/** All values of the cookies whose name begins so, by their full names, in the order they came. */
export function readCookies(
  request: FastifyRequest,
  project: Project,
  name: string,
): [name: string, value: string][] {
  const wanted = cookieName(project, name)
  const pairs = (request.headers.cookie ?? '').split(';').map(pair => pair.trim())
  return pairs.flatMap(pair => {
    const equals = pair.indexOf('=')
    const found = pair.slice(0, equals)
    return equals > 0 && found.startsWith(wanted) ? [[found, pair.slice(equals + 1)] as [string, string]] : []
  })
}

const SESSION = 'gatepass'

export class TwoSessionCookies extends AppError {
  constructor() {
    super(
      'invalid_request',
      'The browser sent two session cookies. Delete the cookies of this site and start again.',
    )
  }
}

/**
 * The value of the site's session cookie.
 * @throws TwoSessionCookies for two of them: one was planted, and which is not for us to guess.
 */
export function readSessionCookie(request: FastifyRequest, project: Project): string | undefined {
  const wanted = cookieName(project, SESSION)
  const values = readCookies(request, project, SESSION).filter(([name]) => name === wanted)
  if (values.length > 1) {
    throw new TwoSessionCookies()
  }
  return values[0]?.[1]
}

/** The session cookie, for exactly as long as the session. `seconds` 0 deletes it. */
export function setSessionCookie(
  reply: FastifyReply,
  project: Project,
  value: string,
  seconds: number,
): void {
  setCookie(reply, project, SESSION, value, seconds)
}

export function setCookie(
  reply: FastifyReply,
  project: Project,
  name: string,
  value: string,
  seconds: number,
  sameSite: 'Lax' | 'Strict' = 'Lax',
): void {
  const secure = project.siteUrl.startsWith('https:') ? '; Secure' : ''
  // Fastify keeps several Set-Cookie headers side by side.
  reply.header(
    'set-cookie',
    `${cookieName(project, name)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${secure}`,
  )
}
