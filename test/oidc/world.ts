// What the tests of the OpenID provider share: clients, browsers, an unmodified login endpoint, and the libraries of
// strangers, led to the app without a socket.
import { createHash, randomBytes } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import * as client from 'openid-client'
import { type ClientSettings, createSiteClient } from '../../src/projects/site-clients.ts'
import { basic, issuer, type TestApp, type TestProject } from '../start-app.ts'

export const redirectUri = 'https://kb.example/callback'
export const signedOutUri = 'https://kb.example/signed-out'
export const allScopes = 'openid profile email groups offline_access'

export interface Registered {
  readonly clientId: string
  readonly clientSecret: string | null
}

/** Makes a client with one redirect URI and one address to go to after signing out. */
export async function register(
  gatepass: TestApp,
  project: TestProject,
  settings: ClientSettings = {},
): Promise<Registered> {
  const common = { redirectUris: [redirectUri], postLogoutRedirectUris: [signedOutUri] }
  return await createSiteClient(gatepass.rules, gatepass.actor, project.slug, { ...common, ...settings })
}

/** A `fetch` for client libraries; the issuer is never reached over the network. */
export function fetchFrom(gatepass: TestApp) {
  return async (url: string, options: { method?: string; headers?: unknown; body?: unknown } = {}) => {
    const answer = await gatepass.app.inject({
      method: (options.method ?? 'GET') as 'GET',
      url,
      headers: Object.fromEntries(new Headers(options.headers as Record<string, string>).entries()),
      ...(options.body != null && { payload: String(options.body) }),
    })
    const headers = Object.entries(answer.headers).map(
      ([name, value]) => [name, String(value)] as [string, string],
    )
    return new Response(answer.body, { status: answer.statusCode, headers })
  }
}

/** openid-client, configured by discovery. `auth`: how it proves itself, without it as it would by itself. */
export async function relyingParty(
  gatepass: TestApp,
  project: TestProject,
  settings: ClientSettings = {},
  auth?: (secret: string) => client.ClientAuth,
) {
  const made = await register(gatepass, project, settings)
  const { clientId, clientSecret } = made
  const own = auth?.(clientSecret ?? '')
  const config = await client.discovery(
    new URL(issuer),
    clientId,
    // The library reads this once; its tolerance of 30 seconds covers what a test adds.
    { [client.clockSkew]: Math.round((gatepass.clock.now() - Date.now()) / 1000) },
    own ?? (clientSecret === null ? client.None() : client.ClientSecretBasic(clientSecret)),
    { execute: [client.allowInsecureRequests], [client.customFetch]: fetchFrom(gatepass) },
  )
  return { ...made, config }
}

/** A browser: cookies by host, redirects followed until `stopAt`. */
export interface Browser {
  go(start: string | URL, stopAt?: (url: URL) => boolean): Promise<Arrival>
  post(
    url: string,
    form: Record<string, string>,
    headers?: Record<string, string>,
    stopAt?: (url: URL) => boolean,
  ): Promise<Arrival>
  /** The cookies of a host, by name. */
  jar(host: string): Map<string, string>
}

export interface Arrival {
  readonly url: URL
  /** Undefined where the browser stopped before it asked. */
  readonly answer: LightMyRequestResponse | undefined
}

export function browser(gatepass: TestApp): Browser {
  const jars = new Map<string, Map<string, string>>()
  const jar = (host: string) => {
    const known = jars.get(host) ?? new Map<string, string>()
    jars.set(host, known)
    return known
  }
  async function follow(first: { url: URL; send: object }, stopAt: (url: URL) => boolean): Promise<Arrival> {
    let { url, send } = first
    for (let hop = 0; hop < 12; hop++) {
      if (stopAt(url)) return { url, answer: undefined }
      const cookies = jar(url.host)
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const { headers = {}, ...rest } = send as { headers?: Record<string, string> }
      const answer = await gatepass.app.inject({
        ...rest,
        url: url.href,
        headers: { ...headers, ...(cookie && { cookie }) },
      })
      for (const header of [answer.headers['set-cookie'] ?? []].flat()) {
        const [pair = ''] = header.split(';')
        const [name = '', value = ''] = pair.split('=')
        if (/Max-Age=0/.test(header)) cookies.delete(name)
        else cookies.set(name, value)
      }
      if (answer.statusCode < 300 || answer.statusCode >= 400) return { url, answer }
      url = new URL(answer.headers.location!, url)
      send = {}
    }
    throw new Error(`redirected in circles, at last to ${url.href}`)
  }
  const leavesUs = (url: URL) => !url.host.endsWith('.test') || url.host.startsWith('login.')
  return {
    jar,
    go: (start, stopAt = leavesUs) => follow({ url: new URL(start), send: {} }, stopAt),
    post: (url, form, headers = {}, stopAt = leavesUs) =>
      follow(
        {
          url: new URL(url),
          send: {
            method: 'POST',
            payload: new URLSearchParams(form).toString(),
            headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
          },
        },
        stopAt,
      ),
  }
}

/** What an unmodified login endpoint does with a browser that came to the login URL. */
export async function comeBack(
  gatepass: TestApp,
  project: TestProject,
  login: URL,
  tab: Browser,
  payload: Record<string, unknown> = {},
): Promise<Arrival> {
  const landing = login.searchParams.get('RedirectPath')!
  const code = await gatepass.code(project, payload)
  return await tab.go(
    `${project.siteUrl}/jwt/authorize?code=${code}&redirectUrl=${encodeURIComponent(landing)}`,
  )
}

/** The whole way of a browser from an application's request to the answer at its redirect URI. */
export async function signInThrough(
  gatepass: TestApp,
  project: TestProject,
  url: string | URL,
  tab = browser(gatepass),
  payload: Record<string, unknown> = {},
): Promise<URL> {
  const first = await tab.go(url)
  if (!first.url.href.startsWith(project.loginUrl)) return first.url
  return (await comeBack(gatepass, project, first.url, tab, payload)).url
}

/** An authorization request by hand, with what is named changed, added or (undefined) taken away. */
export function requestOf(clientId: string, changes: Record<string, string | undefined> = {}): URL {
  const url = new URL(`${issuer}/oauth/authorize`)
  const usual = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid profile email groups',
    state: 'the-state',
  }
  for (const [name, value] of Object.entries({ ...usual, ...changes }))
    if (value !== undefined) url.searchParams.set(name, value)
  return url
}

export function pkce() {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return { verifier, asked: { code_challenge: challenge, code_challenge_method: 'S256' } }
}

/** Swaps a code as the client that made the request. */
export async function swap(
  gatepass: TestApp,
  made: Registered,
  code: string | null,
  more: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  const form = { grant_type: 'authorization_code', code: code ?? '', redirect_uri: redirectUri, ...more }
  return await gatepass.token(form, proofOf(made))
}

export function proofOf({ clientId, clientSecret }: Registered): Record<string, string> {
  return clientSecret === null ? {} : { authorization: basic(clientId, clientSecret) }
}

/** Any form to any endpoint of the back channel. */
export async function ask(
  gatepass: TestApp,
  path: string,
  made: Registered,
  form: Record<string, string>,
): Promise<LightMyRequestResponse> {
  return await gatepass.app.inject({
    method: 'POST',
    url: issuer + path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...proofOf(made) },
    payload: new URLSearchParams(form).toString(),
  })
}

/** Signs a reader in for a client and swaps the code. @returns the token response. */
export async function tokensFor(
  gatepass: TestApp,
  project: TestProject,
  made: Registered,
  tab = browser(gatepass),
  changes: Record<string, string> = {},
): Promise<Record<string, string>> {
  const { verifier, asked } = pkce()
  const url = requestOf(made.clientId, { scope: allScopes, ...asked, ...changes })
  const answer = await signInThrough(gatepass, project, url, tab)
  const proof: Record<string, string> = made.clientSecret === null ? { client_id: made.clientId } : {}
  const response = await swap(gatepass, made, answer.searchParams.get('code'), {
    code_verifier: verifier,
    ...proof,
  })
  if (response.statusCode !== 200) throw new Error(`no tokens: ${response.statusCode} ${response.body}`)
  return response.json()
}
