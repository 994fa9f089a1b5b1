// What is repeated at Gatepass: from "the reader is known" to "the reader is in", and the calls that come afterwards.
// Every answer is checked, so nothing counts that did not happen.
import { type Answer, cookiesSet, type Send } from '../test/connection.ts'
import { type Handoff, reader } from '../test/handoff.ts'
import { newBrowser } from './browser.ts'
import type { Journey } from './load.ts'

// Most readers of a knowledge base have been there before.
export const readers = 2000

/** A login endpoint pushes a reader: a code. */
export const codeGeneration =
  (handoff: Handoff): Journey =>
  async (send, n) => {
    await generateCode(send, handoff, n)
  }

/** A login endpoint pushes one of so many readers, their browser opens the site: code, callback, session. */
export const hostedHandoff =
  (handoff: Handoff, readers?: number): Journey =>
  async (send, n) => {
    await openSite(send, handoff, readers === undefined ? n : (n * 7919) % readers, readers)
  }

/** The same, and the page that they then ask for. */
export const hostedHandoffAndPage =
  (handoff: Handoff): Journey =>
  async (send, n) => {
    const cookie = await openSite(send, handoff, n)
    expectStatus('/gate/userinfo', await send(handoff.siteUserinfo(cookie)), 200)
  }

/** The same for a knowledge base that runs elsewhere and swaps the code at the token endpoint. */
export const externalHandoff =
  (handoff: Handoff): Journey =>
  async (send, n) => {
    await swapCode(send, handoff, n)
  }

/** A portal's application gets a one-time login token, the browser brings it to the site. */
export const loginTokenHandoff =
  (handoff: Handoff, applicationToken: string): Journey =>
  async (send, n) => {
    const asked = await send(handoff.createLoginToken(applicationToken, `reader-${n % readers}`))
    const token = JSON.parse(expectStatus('auth-tokens.create', asked, 201).body).access_token as string
    sessionCookie(await send(handoff.openSiteByLoginToken(token)))
  }

/**
 * OpenID Connect: authorize, the login endpoint pushes the reader, back to us, token. With `remembersBrowser` each
 * connection is one browser that stays signed in, which leaves authorize and token.
 */
export const openidHandoff = (handoff: Handoff, { remembersBrowser = false } = {}): Journey => {
  const browsers = new WeakMap<Send, ReturnType<typeof newBrowser>>()
  return async (send, n) => {
    const browser = (remembersBrowser && browsers.get(send)) || newBrowser(send)
    browsers.set(send, browser)
    let answer = await browser.open(handoff.authorize())
    let redirect = new URL(answer.headers.location ?? 'none:')
    const attempt = redirect.searchParams.get('code_challenge')
    if (attempt) {
      const pushed = await send(
        handoff.generateCode({
          ...reader(n % readers),
          state: redirect.searchParams.get('state'),
          codeChallenge: attempt,
          codeChallengeMethod: 'S256',
        }),
      )
      const { code } = JSON.parse(expectStatus('generateCode', pushed, 200).body)
      answer = await browser.open(handoff.comeBack(code))
      redirect = new URL(answer.headers.location ?? 'none:')
    }
    const code = redirect.searchParams.get('code')
    if (!code)
      throw new Error(`authorize ended with ${answer.status} and no code: ${answer.body.slice(0, 200)}`)
    const token = expectStatus('token', await send(handoff.swapAuthorized(code)), 200)
    if (!JSON.parse(token.body).id_token) throw new Error('token: no id_token')
  }
}

/** A page of the site is asked for by a reader who is signed in. */
export const sessionCheck = (handoff: Handoff): Journey => {
  const cookie = kept((send, n) => openSite(send, handoff, n))
  return async (send, n) => {
    expectStatus('/gate/auth', await send(handoff.siteAuth(await cookie(send, n))), 202)
  }
}

export const userinfo = (handoff: Handoff): Journey => {
  const token = kept((send, n) => swapCode(send, handoff, n))
  return async (send, n) => {
    expectStatus('userinfo', await send(handoff.userinfo(await token(send, n))), 200)
  }
}

export const introspection = (handoff: Handoff): Journey => {
  const token = kept((send, n) => swapCode(send, handoff, n))
  return async (send, n) => {
    const answer = expectStatus('introspect', await send(handoff.introspect(await token(send, n))), 200)
    if (!JSON.parse(answer.body).active) throw new Error('introspect: not active')
  }
}

/** Any page that takes nothing. */
export const fetchPath =
  (path: string, host?: string): Journey =>
  async send => {
    expectStatus(path, await send({ path, headers: host ? { host } : undefined }), 200)
  }

/** Some things that are made at the first journeys, while the server warms up, and used in turn from then on. */
export const kept = <T>(make: (send: Send, n: number) => Promise<T>) => {
  const made: Promise<T>[] = []
  return (send: Send, n: number): Promise<T> => {
    const place = n % 32
    made[place] ??= make(send, n)
    return made[place]
  }
}

export const expectStatus = (what: string, answer: Answer, status: number) => {
  if (answer.status !== status) {
    throw new Error(`${what}: ${answer.status} instead of ${status}: ${answer.body.slice(0, 200)}`)
  }
  return answer
}

const generateCode = async (send: Send, handoff: Handoff, n: number, among = readers) => {
  const answer = expectStatus('generateCode', await send(handoff.generateCode(reader(n % among))), 200)
  return JSON.parse(answer.body).code as string
}

const openSite = async (send: Send, handoff: Handoff, n: number, among?: number) =>
  sessionCookie(await send(handoff.openSite(await generateCode(send, handoff, n, among))))

const sessionCookie = (answer: Answer) => {
  expectStatus('callback', answer, 302)
  const session = Object.entries(cookiesSet(answer)).find(([name]) => name.endsWith('gatepass'))
  if (!session) throw new Error('callback: no session cookie')
  return session.join('=')
}

/** @returns the access token. */
const swapCode = async (send: Send, handoff: Handoff, n: number) => {
  const answer = expectStatus('token', await send(handoff.swap(await generateCode(send, handoff, n))), 200)
  const { id_token, access_token } = JSON.parse(answer.body)
  if (!id_token) throw new Error('token: no id_token')
  return access_token as string
}
