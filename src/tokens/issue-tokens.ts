import type { SigningKey } from '../keys/signing-key.ts'
import { toSeconds } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import type { Project } from '../projects/project.ts'
import type { Reader } from '../readers/reader.ts'
import { readerClaims } from './claims.ts'
import { mint } from './mint.ts'

export const SCOPE = 'openid profile email groups'

/** A successful token response (RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3). */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly id_token: string
  readonly scope: string
}

/** Signs the ID token and the access token (RFC 9068) of a session; both end with it. */
export function issueTokens(
  key: SigningKey,
  issuer: string,
  about: {
    project: Project
    clientId: string
    reader: Reader
    /** Its public ID, and its bounds in milliseconds. */
    session: { sid: string; createdAt: number; expiresAt: number }
    now: number
  },
): TokenResponse {
  const { project, clientId, reader, session, now } = about
  const iat = toSeconds(now)
  const exp = toSeconds(session.expiresAt)
  const common = { iss: issuer, iat, exp, auth_time: toSeconds(session.createdAt), sid: session.sid }
  const idToken = { ...common, aud: clientId, jti: uuidv7(now), ...readerClaims(project, reader.id, reader) }
  const accessToken = {
    ...common,
    aud: issuer,
    jti: uuidv7(now),
    sub: reader.id,
    client_id: clientId,
    scope: SCOPE,
  }
  return {
    access_token: mint(key, 'at+jwt', accessToken),
    token_type: 'Bearer',
    expires_in: exp - iat,
    id_token: mint(key, 'JWT', idToken),
    scope: SCOPE,
  }
}
