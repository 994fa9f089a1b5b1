import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BegunSignIn, SignedIn } from './openid-sign-in.ts'

const SESSION = 'northwind_support'
const BROWSER = 'northwind_support_browser'
const MOST = 1000
/** Milliseconds that somebody may take to sign in. */
const PATIENCE = 15 * 60_000

type Attempt = Pick<BegunSignIn, 'nonce' | 'verifier'> & {
  /** The path that was asked for. */
  readonly wanted: string
  /** Only the browser that began may finish, or a link would sign people in as somebody else. */
  readonly browser: string
  readonly expiresAt: number
}

/** The portal's own sessions and the sign-ins under way: in memory, gone when it stops. */
export interface SupportSessions {
  /** Keeps what a sign-in needs when its answer comes; several tabs may have one each. */
  begin(request: FastifyRequest, reply: FastifyReply, begun: BegunSignIn, wanted: string): void
  /** The attempt that this browser began with `state`, once. */
  finish(request: FastifyRequest, state: string): Attempt | undefined
  open(request: FastifyRequest, reply: FastifyReply, who: SignedIn): void
  of(request: FastifyRequest): SignedIn | undefined
  end(request: FastifyRequest, reply: FastifyReply): void
  /** Ends what a logout token names: one session by `sid`, or else all of `sub`. */
  endNamed(named: { sid?: string; sub?: string }): void
}

export function createSupportSessions(now: () => number): SupportSessions {
  const sessions = new Map<string, SignedIn>()
  const attempts = new Map<string, Attempt>()

  return {
    begin(request, reply, { state, nonce, verifier }, wanted) {
      const known = readCookie(request, BROWSER)
      const browser = known || newToken()
      if (!known) setCookie(reply, BROWSER, browser)
      attempts.set(state, { nonce, verifier, wanted, browser, expiresAt: now() + PATIENCE })
      keepNewest(attempts)
    },
    finish(request, state) {
      const attempt = attempts.get(state)
      if (attempt?.browser !== readCookie(request, BROWSER)) return undefined
      attempts.delete(state)
      return attempt && now() < attempt.expiresAt ? attempt : undefined
    },
    open(request, reply, who) {
      sessions.delete(readCookie(request, SESSION))
      const token = newToken()
      sessions.set(token, who)
      keepNewest(sessions)
      setCookie(reply, SESSION, token)
    },
    of(request) {
      const who = sessions.get(readCookie(request, SESSION))
      return who && now() < who.expiresAt ? who : undefined
    },
    end(request, reply) {
      sessions.delete(readCookie(request, SESSION))
      setCookie(reply, SESSION, '', '; Max-Age=0')
    },
    endNamed({ sid, sub }) {
      for (const [token, who] of sessions) {
        if (sid === undefined ? who.sub === sub : who.sid === sid) sessions.delete(token)
      }
    },
  }
}

function newToken(): string {
  return randomBytes(32).toString('base64url')
}

function keepNewest(map: Map<string, unknown>): void {
  if (map.size > MOST) map.delete(map.keys().next().value!)
}

function readCookie(request: FastifyRequest, name: string): string {
  return new RegExp(`(?:^|;\\s*)${name}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1] ?? ''
}

function setCookie(reply: FastifyReply, name: string, value: string, more = ''): void {
  reply.header('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${more}`)
}
