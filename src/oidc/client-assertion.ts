import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { RegisteredClient, Registry } from '../projects/registry.ts'

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const LONGEST_LIFE = 600

/**
 * A client that proves itself with a signed assertion (`private_key_jwt`, OpenID Connect Core 1.0, section 9; RFC 7523):
 * signed by one of its registered keys, for this server, short-lived, used once.
 * @throws AppError `invalid_client`.
 */
export async function authenticateByAssertion(
  deps: { database: Database; clock: Clock; registry: Registry; issuer: string },
  assertion: string,
  claimedId: string | undefined,
): Promise<RegisteredClient> {
  const now = deps.clock.now()
  const client = deps.registry.client(claimedId ?? subjectOf(assertion))
  if (client?.authMethod !== 'private_key_jwt' || client.jwks === null) throw refuse('client_unknown')
  const keys = createLocalJWKSet(client.jwks as JSONWebKeySet)
  const verified = await jwtVerify(assertion, keys, {
    issuer: client.id,
    subject: client.id,
    audience: [deps.issuer, `${deps.issuer}/oauth/token`, `${deps.issuer}/oauth/par`],
    algorithms: ['ES256', 'EdDSA', 'RS256', 'PS256'],
    requiredClaims: ['exp', 'jti'],
    clockTolerance: 30,
    currentDate: new Date(now),
  }).catch(cause => {
    throw refuse('secret_wrong', client, cause)
  })
  const { exp, jti } = verified.payload
  if (typeof jti !== 'string' || jti.length > 256 || exp! * 1000 > now + LONGEST_LIFE * 1000) {
    throw refuse('secret_wrong', client)
  }
  // Fractions of a second are allowed in `exp` (RFC 7519, section 2).
  const expiresAt = Math.ceil(exp! * 1000) + 60_000
  const first = await deps.database.write(tx =>
    tx
      .insertInto('used_assertions')
      .values({ client_id: client.id, jti, expires_at: expiresAt })
      .onConflict(conflict => conflict.doNothing())
      .returning('jti')
      .executeTakeFirst(),
  )
  if (!first) throw refuse('secret_wrong', client)
  return client
}

function subjectOf(assertion: string): string {
  try {
    return String(decodeJwt(assertion).sub)
  } catch {
    throw refuse('credentials_missing')
  }
}

function refuse(reason: string, client?: RegisteredClient, cause?: unknown): AppError {
  const detail = client
    ? { clientId: client.id, projectId: client.project.id, by: 'assertion' }
    : { by: 'assertion' }
  return new AppError('invalid_client', 'Client authentication failed.', { reason, detail, cause })
}
