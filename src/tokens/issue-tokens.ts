import type { SigningKey } from '../keys/signing-key.ts'
import { toSeconds } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import type { Project } from '../projects/project.ts'
import type { Profile } from '../readers/reader.ts'
import { claimsOfScope, readerClaims } from './claims.ts'
import { mint } from './mint.ts'

/** What a pushed code grants. */
export const SCOPE = 'openid profile email groups'

/** A successful token response (RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3). */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly id_token: string
  readonly refresh_token?: string
  readonly scope: string
}

/** What tokens are issued about; moments in milliseconds. */
export interface TokenSubject {
  readonly project: Project
  readonly clientId: string
  readonly reader: Profile & { readonly id: string }
  readonly sid: string
  readonly authTime: number
  /** Both tokens end here. */
  readonly expiresAt: number
  readonly scope: string
  readonly nonce: string | null
  readonly now: number
}

/** Signs the ID token and the access token (RFC 9068) of a session. */
export function issueTokens(key: SigningKey, issuer: string, about: TokenSubject): TokenResponse {
  const { clientId, reader, scope, now } = about
  const common = commonClaims(issuer, about)
  const accessToken = { ...common, aud: issuer, jti: uuidv7(now), sub: reader.id, client_id: clientId, scope }
  return {
    access_token: mint(key, 'at+jwt', accessToken),
    token_type: 'Bearer',
    expires_in: common.exp - common.iat,
    id_token: mint(key, 'JWT', idTokenClaims(issuer, about)),
    scope,
  }
}

/** What an ID token says (OpenID Connect Core 1.0, section 2). */
export function idTokenClaims(issuer: string, about: TokenSubject): Record<string, unknown> {
  const { project, reader, nonce, scope } = about
  return {
    ...commonClaims(issuer, about),
    aud: about.clientId,
    jti: uuidv7(about.now),
    ...(nonce !== null && { nonce }),
    ...claimsOfScope(readerClaims(project, reader.id, reader), scope),
  }
}

function commonClaims(issuer: string, { now, expiresAt, authTime, sid }: TokenSubject) {
  return { iss: issuer, iat: toSeconds(now), exp: toSeconds(expiresAt), auth_time: toSeconds(authTime), sid }
}
