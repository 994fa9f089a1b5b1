// What a browser carries whose user signed in at the central login page: one session for every project. Its forms carry
// a token that follows from it, or, before signing in, from a cookie of no other use.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ACCOUNT_SESSION_LIFE } from '../accounts/account-sessions.ts'
import { cookieJar } from '../http/cookies.ts'
import type { Core } from '../http/core.ts'
import { carriesToken, comesFrom, formTokenOf, visitorSecrets } from '../http/form-tokens.ts'
import type { Origin } from '../platform/sign-in-origin.ts'
import { readAccountSession, type SignedIn } from '../sessions/accounts/read-account-session.ts'
import { TwoSessionCookies } from '../site/cookies.ts'

const SESSION = 'gatepass_account'
const VISITOR = 'gatepass_visitor'
const PURPOSE = 'account form'

export interface AccountBrowser {
  /** The session's secret, whether or not it lives. @throws TwoSessionCookies */
  presented(request: FastifyRequest): string | undefined
  /** @throws TwoSessionCookies */
  signedIn(request: FastifyRequest): Promise<SignedIn | undefined>
  open(reply: FastifyReply, token: string): void
  close(reply: FastifyReply): void
  formToken(request: FastifyRequest, reply: FastifyReply): string
  /**
   * Whether a form comes from a page of ours in this browser. Browsers say where a form comes from: who says nothing is a
   * program, with nobody's cookies to misuse, and needs no token where `programs` may ask.
   */
  isOwnForm(request: FastifyRequest, programs?: 'programs'): boolean
}

export function createAccountBrowser(core: Core): AccountBrowser {
  const cookies = cookieJar(core.issuer)
  const visitors = visitorSecrets(core.issuer, VISITOR)

  const presented = (request: FastifyRequest): string | undefined => {
    const values = cookies.read(request, SESSION).filter(({ rest }) => rest === '')
    // One of them was planted, and which is not for us to guess.
    if (values.length > 1) throw new TwoSessionCookies()
    return values[0]?.value
  }

  return {
    presented,
    async signedIn(request) {
      const token = presented(request)
      return token === undefined ? undefined : await readAccountSession(core, token)
    },
    open: (reply, token) => cookies.set(reply, SESSION, token, ACCOUNT_SESSION_LIFE / 1000),
    close: reply => cookies.set(reply, SESSION, '', 0),
    formToken: (request, reply) =>
      formTokenOf(presented(request) ?? visitors.ensure(request, reply), PURPOSE),
    isOwnForm(request, programs) {
      const from = comesFrom(request, core.issuer)
      if (from === 'elsewhere') return false
      if (from === 'nowhere' && programs) return true
      return carriesToken(request, presented(request) ?? visitors.read(request), PURPOSE)
    },
  }
}

/** Where a request comes from, for guess limits and the list of sessions. */
export function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? '' }
}
