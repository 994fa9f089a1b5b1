import type { Database } from '../db/database.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { decodeBase64url } from '../platform/base64url.ts'
import type { Clock } from '../platform/clock.ts'
import { keyOfSecret } from '../platform/one-time-secret.ts'
import type { LiveSession } from '../sessions/session.ts'
import { findLiveSession } from '../sessions/session-store.ts'
import { type VerifiedClaims, verifyToken } from '../tokens/verify-token.ts'
import { findRefreshToken, type RefreshToken } from './refresh-token-store.ts'

export interface TokenDeps {
  readonly database: Database
  readonly clock: Clock
  readonly keys: KeyRing
  readonly issuer: string
}

/** A token that is good at this moment, and the session that it lives in. */
export type FoundToken =
  | { readonly kind: 'access_token'; readonly claims: VerifiedClaims; readonly session: LiveSession }
  | { readonly kind: 'refresh_token'; readonly token: RefreshToken; readonly session: LiveSession }

/** Finds what a presented token is. Undefined for one that is not ours, expired, used, or of a session that ended. */
export async function findToken(deps: TokenDeps, presented: string): Promise<FoundToken | undefined> {
  const now = deps.clock.now()
  const db = deps.database.read
  const refreshKey = keyOfSecret(presented)
  if (refreshKey) {
    const token = await findRefreshToken(db, refreshKey)
    const session = token && (await findLiveSession(db, token.session_key, now))
    return token && session && token.used_at === null && token.expires_at > now
      ? { kind: 'refresh_token', token, session }
      : undefined
  }
  const { keys, issuer } = deps
  const claims = await verifyToken(keys, presented, { type: 'at+jwt', issuer, audience: issuer, now })
  const sessionKey = claims && decodeBase64url(claims.sid, 32)
  const session = sessionKey && (await findLiveSession(db, sessionKey, now))
  return session && session.readerId === claims.sub ? { kind: 'access_token', claims, session } : undefined
}
