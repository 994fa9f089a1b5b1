// What the rules about keys take, for a test's app: its database, its secret, and a schedule.
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { rotateKeysWhenDue } from '../../src/keys/rotate-when-due.ts'
import { wrappingKey } from '../../src/keys/wrap.ts'
import { issuer, type TestApp, type TestProject } from '../start-app.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export const keyDeps = ({ database, config }: TestApp) => ({
  database,
  wrapping: wrappingKey(config.secret),
})

/** What the server does every minute. */
export const tick = (app: TestApp, rotationDays = app.config.keyRotationDays) =>
  rotateKeysWhenDue({ ...keyDeps(app), rotationDays }, app.clock.now())

export const jwks = async (app: TestApp): Promise<JSONWebKeySet> =>
  (await app.get(`${issuer}/.well-known/jwks.json`)).json()

export const kids = async (app: TestApp) => (await jwks(app)).keys.map(key => key.kid).sort()

export interface Tokens {
  readonly access_token: string
  readonly id_token: string
  readonly expires_in: number
}

/** Signs a reader in and swaps the code for tokens; they live for a day unless asked for otherwise, in minutes. */
export const tokens = async (app: TestApp, project: TestProject, tokenValidity = 1440): Promise<Tokens> => {
  const swapped = await app.swap(project, await app.code(project, { tokenValidity }))
  if (swapped.statusCode !== 200) throw new Error(`no tokens: ${swapped.statusCode} ${swapped.body}`)
  return swapped.json()
}

export const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid

export const userinfoStatus = async (app: TestApp, { access_token }: Tokens) =>
  (await app.get(`${issuer}/oauth/userinfo`, { authorization: `Bearer ${access_token}` })).statusCode

/**
 * A client that keeps the JWKS for as long as it may and never asks earlier, whatever kid it meets. Its first copy is
 * `age` milliseconds old already, so that several clients fill their caches at different moments.
 */
export const cachingClient = (app: TestApp, age = 0) => {
  let cached: { keys: ReturnType<typeof createLocalJWKSet>; until: number } | undefined
  return async (project: TestProject, token: string) => {
    const now = app.clock.now()
    if (!cached || now >= cached.until) {
      const answer = await app.get(`${issuer}/.well-known/jwks.json`)
      const maxAge = Number(/max-age=(\d+)/.exec(String(answer.headers['cache-control']))?.[1]) * 1000
      cached = { keys: createLocalJWKSet(answer.json()), until: now + maxAge - (cached ? 0 : age) }
    }
    const expected = { issuer, audience: project.siteClientId, currentDate: new Date(now) }
    await jwtVerify(token, cached.keys, expected)
  }
}
