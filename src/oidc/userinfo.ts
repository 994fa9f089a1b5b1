import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { decodeBase64url } from '../platform/base64url.ts'
import type { Clock } from '../platform/clock.ts'
import type { Registry } from '../projects/registry.ts'
import { findLiveSession } from '../sessions/session-store.ts'
import { type ReaderClaims, readerClaims } from '../tokens/claims.ts'
import { verifyToken } from '../tokens/verify-token.ts'

/**
 * The claims of the reader whose access token this is (OpenID Connect Core 1.0, section 5.3).
 * @throws AppError `invalid_token` for a token that is not ours, over, or of a session that ended.
 */
export async function userinfo(
  deps: { database: Database; clock: Clock; registry: Registry; keys: KeyRing; issuer: string },
  accessToken: string,
): Promise<ReaderClaims> {
  const now = deps.clock.now()
  const { keys, issuer } = deps
  const claims = await verifyToken(keys, accessToken, { type: 'at+jwt', issuer, audience: issuer, now })
  const key = claims && decodeBase64url(claims.sid, 32)
  const session = key && (await findLiveSession(deps.database.read, key, now))
  const project = session && deps.registry.projectById(session.projectId)
  if (!project || session.readerId !== claims.sub) {
    throw new AppError('invalid_token', 'The access token is not valid, or its session has ended.')
  }
  return readerClaims(project, session.readerId, session.reader)
}
