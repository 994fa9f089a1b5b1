// What is repeated: the same work, from "the reader is known" to "the reader is in", on each server's own way.
// Every answer is checked, so nothing counts that did not happen.
import { type Answer, type Ask, cookiesSet, type Send } from '../test/connection.ts'
import { type Handoff, reader } from '../test/handoff.ts'
import type { Journey } from './load.ts'

// Most readers of a knowledge base have been there before.
const readers = 2000

/** A login endpoint pushes a reader, their browser opens the site: code, callback, session. */
export const hostedHandoff =
  (handoff: Handoff): Journey =>
  async (send, n) => {
    await openSite(send, handoff, n)
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
    const answer = expectStatus('token', await send(handoff.swap(await generateCode(send, handoff, n))), 200)
    if (!JSON.parse(answer.body).id_token) throw new Error('token: no id_token')
  }

const generateCode = async (send: Send, handoff: Handoff, n: number) => {
  const answer = expectStatus('generateCode', await send(handoff.generateCode(reader(n % readers))), 200)
  return JSON.parse(answer.body).code as string
}

const openSite = async (send: Send, handoff: Handoff, n: number) => {
  const answer = await send(handoff.openSite(await generateCode(send, handoff, n)))
  expectStatus('callback', answer, 302)
  const session = Object.entries(cookiesSet(answer)).find(([name]) => name.endsWith('gatepass'))
  if (!session) throw new Error('callback: no session cookie')
  return session.join('=')
}

/**
 * OpenID Connect from a browser that nobody knows yet: authorize, interaction, resume, token. With
 * `remembersBrowser` each connection is one browser that stays signed in, which leaves authorize and token.
 */
export const oidcHandoff = ({ remembersBrowser = false } = {}): Journey => {
  const browsers = new WeakMap<Send, Browser>()
  return async (send, n) => {
    const browser = (remembersBrowser && browsers.get(send)) || newBrowser(send)
    browsers.set(send, browser)
    let answer = await browser.open(`/auth?${authorization}&login_hint=${n % readers}`)
    for (let step = 0; step < 3 && answer.headers.location; step++) {
      const { host, pathname, search } = new URL(answer.headers.location, 'http://localhost')
      if (host === new URL(callbackUrl).host) break
      answer = await browser.open(pathname + search)
    }
    const code = new URL(answer.headers.location ?? '', callbackUrl).searchParams.get('code')
    if (!code)
      throw new Error(`authorize ended with ${answer.status} and no code: ${answer.body.slice(0, 200)}`)
    const token = expectStatus('token', await send(swapWithPeer(code)), 200)
    if (!JSON.parse(token.body).id_token) throw new Error('token: no id_token')
  }
}

const callbackUrl = 'http://knowledge-base.localhost/callback'
const authorization = new URLSearchParams({
  client_id: 'knowledge-base',
  response_type: 'code',
  scope: 'openid',
  redirect_uri: callbackUrl,
})
const credentials = Buffer.from('knowledge-base:a-secret-of-the-benchmark').toString('base64')

const swapWithPeer = (code: string): Ask => ({
  method: 'POST',
  path: '/token',
  headers: {
    authorization: `Basic ${credentials}`,
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: `grant_type=authorization_code&code=${code}&redirect_uri=${encodeURIComponent(callbackUrl)}`,
})

type Browser = ReturnType<typeof newBrowser>

/** Keeps cookies by path, as a browser does. */
const newBrowser = (send: Send) => {
  const jar = new Map<string, { pair: string; path: string }>()
  return {
    async open(path: string): Promise<Answer> {
      const cookies = [...jar.values()].filter(cookie => path.startsWith(cookie.path))
      const headers = cookies.length ? { cookie: cookies.map(({ pair }) => pair).join('; ') } : undefined
      const answer = await send({ path, headers })
      for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
        const [pair = '', ...attributes] = line.split('; ')
        const name = pair.slice(0, pair.indexOf('='))
        const cookiePath = attributes.find(attribute => /^path=/i.test(attribute))?.slice(5) ?? '/'
        if (pair.length > name.length + 1) jar.set(name + cookiePath, { pair, path: cookiePath })
        else jar.delete(name + cookiePath)
      }
      return answer
    },
  }
}

const expectStatus = (what: string, answer: Answer, status: number) => {
  if (answer.status !== status) {
    throw new Error(`${what}: ${answer.status} instead of ${status}: ${answer.body.slice(0, 200)}`)
  }
  return answer
}
