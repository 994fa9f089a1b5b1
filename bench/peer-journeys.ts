// The same work at oidc-provider, on its own way.
import type { Ask, Send } from '../test/connection.ts'
import { newBrowser } from './browser.ts'
import { expectStatus, kept, readers } from './journeys.ts'
import type { Journey } from './load.ts'

const callbackUrl = 'http://knowledge-base.localhost/callback'
const authorization = new URLSearchParams({
  client_id: 'knowledge-base',
  response_type: 'code',
  scope: 'openid',
  redirect_uri: callbackUrl,
})
const credentials = Buffer.from('knowledge-base:a-secret-of-the-benchmark').toString('base64')

/**
 * OpenID Connect from a browser that nobody knows yet: authorize, interaction, resume, token. With
 * `remembersBrowser` each connection is one browser that stays signed in, which leaves authorize and token.
 */
export const peerHandoff = ({ remembersBrowser = false } = {}): Journey => {
  const browsers = new WeakMap<Send, ReturnType<typeof newBrowser>>()
  return async (send, n) => {
    const browser = (remembersBrowser && browsers.get(send)) || newBrowser(send)
    browsers.set(send, browser)
    await handoff(send, browser, n)
  }
}

export const peerUserinfo = (): Journey => {
  const token = kept((send, n) => handoff(send, newBrowser(send), n))
  return async (send, n) => {
    const authorization = `Bearer ${await token(send, n)}`
    expectStatus('userinfo', await send({ path: '/me', headers: { authorization } }), 200)
  }
}

export const peerIntrospection = (): Journey => {
  const token = kept((send, n) => handoff(send, newBrowser(send), n))
  return async (send, n) => {
    const answer = await send(asClient('/token/introspection', `token=${await token(send, n)}`))
    if (!JSON.parse(expectStatus('introspection', answer, 200).body).active)
      throw new Error('introspection: not active')
  }
}

/** @returns the access token. */
const handoff = async (send: Send, browser: ReturnType<typeof newBrowser>, n: number) => {
  let answer = await browser.open({ path: `/auth?${authorization}&login_hint=${n % readers}` })
  for (let step = 0; step < 3 && answer.headers.location; step++) {
    const { host, pathname, search } = new URL(answer.headers.location, 'http://localhost')
    if (host === new URL(callbackUrl).host) break
    answer = await browser.open({ path: pathname + search })
  }
  const code = new URL(answer.headers.location ?? '', callbackUrl).searchParams.get('code')
  if (!code)
    throw new Error(`authorize ended with ${answer.status} and no code: ${answer.body.slice(0, 200)}`)
  const form = `grant_type=authorization_code&code=${code}&redirect_uri=${encodeURIComponent(callbackUrl)}`
  const { id_token, access_token } = JSON.parse(
    expectStatus('token', await send(asClient('/token', form)), 200).body,
  )
  if (!id_token) throw new Error('token: no id_token')
  return access_token as string
}

const asClient = (path: string, body: string): Ask => ({
  method: 'POST',
  path,
  headers: {
    authorization: `Basic ${credentials}`,
    'content-type': 'application/x-www-form-urlencoded',
  },
  body,
})
