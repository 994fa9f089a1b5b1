// Administrators in tests: with a session as signing in makes it, a browser's cookies, and the token of its forms.
import type { LightMyRequestResponse } from 'fastify'
import { openAdministratorSession } from '../../src/administrators/administrator-sessions.ts'
import { insertAdministrator, setPasswordHash } from '../../src/administrators/administrator-store.ts'
import { formToken, TOKEN_FIELD } from '../../src/console/forgery.ts'
import type { AdministratorRole } from '../../src/db/tables.ts'
import { uuidv7 } from '../../src/platform/random.ts'
import { Jar } from '../jar.ts'
import { issuer, type TestApp } from '../start-app.ts'

export interface TestAdministrator {
  readonly id: string
  readonly email: string
  readonly jar: Jar
  /** The token that this session's forms carry. */
  readonly token: string
  get(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  /** Posts a form with its token. */
  post(path: string, fields?: Record<string, string>): Promise<LightMyRequestResponse>
  /** Posts, and follows the redirect after it. */
  save(path: string, fields?: Record<string, string>): Promise<LightMyRequestResponse>
}

/** An administrator who is signed in; an owner unless `role` says otherwise. `projects`: IDs; without it all. */
export async function administrator(
  gatepass: TestApp,
  more: { role?: AdministratorRole; projects?: readonly string[]; email?: string; name?: string } = {},
): Promise<TestAdministrator> {
  const { role = 'owner', projects = null, email = `${role}@example.com`, name = 'Grace Hopper' } = more
  const now = gatepass.clock.now()
  const id = uuidv7(now)
  const secret = await gatepass.database.write(async tx => {
    await insertAdministrator(tx, id, { email, name, role, projectIds: projects }, now)
    await setPasswordHash(tx, id, 'no password')
    return await openAdministratorSession(tx, id, { address: '127.0.0.1', userAgent: 'test' }, now)
  })
  const jar = new Jar(gatepass.app, [['gatepass_console', secret]])
  const token = formToken(secret)
  const post = (path: string, fields: Record<string, string> = {}) =>
    jar.post({ url: issuer + path, form: { [TOKEN_FIELD]: token, ...fields }, headers: { origin: issuer } })
  return {
    id,
    email,
    jar,
    token,
    get: (path, headers) => jar.get(issuer + path, headers),
    post,
    async save(path, fields) {
      const answer = await post(path, fields)
      if (answer.statusCode !== 303) {
        throw new Error(`${path} was not saved: ${answer.statusCode} ${answer.body.slice(0, 3000)}`)
      }
      return await jar.get(issuer + answer.headers.location)
    },
  }
}
