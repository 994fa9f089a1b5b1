// Pushed authorization requests (RFC 9126): the client sends its parameters over the back channel, and the browser
// carries a reference to them.
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { keyOfSecret, newOneTimeSecret } from '../platform/one-time-secret.ts'
import type { RegisteredClient, Registry } from '../projects/registry.ts'
import { type Parameters, readAuthorizationRequest, readRedirect } from './authorization-request.ts'

const PREFIX = 'urn:ietf:params:oauth:request_uri:'
const LIFE = 90_000

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
}

/** Keeps a client's checked parameters. @throws AppError, AuthorizationError where they are wrong. */
export async function pushRequest(
  deps: Deps,
  client: RegisteredClient,
  parameters: Parameters,
): Promise<{ request_uri: string; expires_in: number }> {
  if (parameters.request_uri !== undefined)
    throw new AppError('invalid_request', 'A request_uri is not pushed.')
  const own: Parameters = { ...parameters, client_id: parameters.client_id ?? client.id }
  if (own.client_id !== client.id)
    throw new AppError('invalid_request', 'The client_id is not that of the client.')
  readAuthorizationRequest(readRedirect(deps.registry, own), own)
  const now = deps.clock.now()
  const secret = newOneTimeSecret(now)
  const kept = Object.entries(own).filter(([name]) => !name.startsWith('client_') || name === 'client_id')
  await deps.database.write(tx =>
    tx
      .insertInto('pushed_requests')
      .values({
        key: secret.key,
        client_id: client.id,
        parameters: JSON.stringify(Object.fromEntries(kept)),
        expires_at: now + LIFE,
      })
      .execute(),
  )
  return { request_uri: PREFIX + secret.text, expires_in: LIFE / 1000 }
}

/** The parameters that a request stands for: its own, or those that its client pushed. @throws AppError for a person. */
export async function takePushedRequest(deps: Deps, parameters: Parameters): Promise<Parameters> {
  const { request_uri: uri, client_id: clientId } = parameters
  if (typeof uri !== 'string' || !uri.startsWith(PREFIX)) return parameters
  const now = deps.clock.now()
  const key = keyOfSecret(uri.slice(PREFIX.length))
  const row =
    key &&
    (await deps.database.read
      .selectFrom('pushed_requests')
      .selectAll()
      .where('key', '=', key)
      .where('expires_at', '>', now)
      .executeTakeFirst())
  if (!row || row.client_id !== clientId) {
    throw new AppError(
      'invalid_request',
      'The request of the application is over. Go back to it and start again.',
      {
        reason: 'request_malformed',
      },
    )
  }
  return JSON.parse(row.parameters)
}
