// The account API in tests, as its clients call it.
import type { LightMyRequestResponse } from 'fastify'
import { issuer, type TestApp } from '../start-app.ts'

export const password = 'A)1ansmfdlasdf'

export async function call(
  gatepass: TestApp,
  path: string,
  body: unknown,
  more: { headers?: Record<string, string>; from?: string } = {},
): Promise<LightMyRequestResponse> {
  return await gatepass.app.inject({
    method: 'POST',
    url: issuer + path,
    headers: { 'content-type': 'application/json', ...more.headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
    ...(more.from && { remoteAddress: more.from }),
  })
}

/** Registers an account. @returns a developer's API key. */
export async function register(gatepass: TestApp, username: string, type?: string): Promise<string> {
  const email = `${username}@example.com`
  const answer = await call(gatepass, '/account/create', { username, email, password, ...(type && { type }) })
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return answer.json().apiKey
}

/** A suite of a developer of its own. @returns its ID. */
export async function suite(gatepass: TestApp, name = 'google'): Promise<string> {
  const username = `dev-of-${name}`
  const apiKey = await register(gatepass, username, 'developer')
  const body = { username, password, apiKey, ssoSuiteName: name }
  const answer = await call(gatepass, '/sso-suite/create', body)
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return answer.json().ssoSuiteId
}

export const authenticate = (gatepass: TestApp, body: Record<string, unknown>, from?: string) =>
  call(gatepass, '/account/authenticate', body, { ...(from && { from }) })

/** Signs in. @returns the JWT. */
export async function signIn(gatepass: TestApp, username: string, ssoSuiteId: string): Promise<string> {
  const answer = await authenticate(gatepass, { username, password, ssoSuiteId })
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return answer.json().jwt
}

export function claimsOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString())
}
