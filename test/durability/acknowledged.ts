// What a server has said to its clients: the promises that it must still keep after kill -9. A request that was sent
// and never answered promises nothing, so each is noted before it is sent and again when it is answered.
import { type Answer, cookiesSet, type Send } from '../connection.ts'
import { type Handoff, reader } from '../handoff.ts'

/** One code and what became of it. */
export interface Promised {
  code: string
  /** When it was asked for, in milliseconds; it lives 60 s. */
  askedAt: number
  redemption?: 'asked' | 'acknowledged'
  /** The site's session, where the code was redeemed there. */
  cookie?: string
  /** The access token, where the code was swapped at the token endpoint. */
  accessToken?: string
  logout?: 'asked' | 'acknowledged'
  /** A replay was answered, so the session is revoked. */
  replayed?: boolean
  /** It was found broken already, and counts once. */
  broken?: boolean
}

export interface Unexpected {
  sentences: string[]
}

const tokenValidity = 1440

/** Hands readers over until the connection breaks, and notes every promise in `ledger`. */
export const handOverUntilItBreaks = async (
  send: Send,
  handoff: Handoff,
  ledger: Promised[],
  unexpected: Unexpected,
) => {
  const wrong = (what: string, { status, body }: Answer) => {
    unexpected.sentences.push(`${what} answered ${status}: ${body.slice(0, 200)}`)
  }
  try {
    for (;;) {
      const askedAt = Date.now()
      const profile = { ...reader(Math.floor(Math.random() * 500)), tokenValidity }
      const generated = await send(handoff.generateCode(profile))
      if (generated.status !== 200) {
        wrong('generateCode', generated)
        continue
      }
      const promised: Promised = { code: JSON.parse(generated.body).code, askedAt }
      ledger.push(promised)

      const fate = Math.random()
      if (fate < 0.2) continue
      promised.redemption = 'asked'
      if (fate < 0.5) {
        const swapped = await send(handoff.swap(promised.code))
        if (swapped.status === 200) promised.accessToken = JSON.parse(swapped.body).access_token
        else wrong('the token endpoint', swapped)
        promised.redemption = 'acknowledged'
        continue
      }
      const opened = await send(handoff.openSite(promised.code))
      promised.cookie = sessionCookie(opened)
      if (opened.status !== 302 || !promised.cookie) wrong('the callback', opened)
      promised.redemption = 'acknowledged'
      if (fate < 0.8 || !promised.cookie) continue
      promised.logout = 'asked'
      const left = await send(handoff.siteLogout(promised.cookie))
      if (left.status !== 302) wrong('the logout', left)
      promised.logout = 'acknowledged'
    }
  } catch (error) {
    const broke = error instanceof Error && 'code' in error
    if (!broke) throw error
  }
}

const sessionCookie = (answer: Answer) => {
  const session = Object.entries(cookiesSet(answer)).find(
    ([name, value]) => name.endsWith('gatepass') && value,
  )
  return session?.join('=')
}
