// The one place where tokens are signed.
import type { SigningKey } from '../keys/signing-key.ts'

/**
 * `JWT` for ID tokens, `at+jwt` for access tokens (RFC 9068, section 2.1), `logout+jwt` for logout tokens (OpenID Connect
 * Back-Channel Logout 1.0, section 2.4), `login+jwt` for login tokens, `suite+jwt` for JWTs of the account API: none is
 * ever taken for another.
 */
export type TokenType = 'JWT' | 'at+jwt' | 'logout+jwt' | 'login+jwt' | 'suite+jwt'

const headers = new WeakMap<SigningKey, Partial<Record<TokenType, string>>>()

/** A signed JWT in compact serialisation (RFC 7515, section 7.1). */
export function mint(key: SigningKey, type: TokenType, claims: Readonly<Record<string, unknown>>): string {
  const input = `${encodedHeader(key, type)}.${encode(claims)}`
  return `${input}.${key.sign(input).toString('base64url')}`
}

function encodedHeader(key: SigningKey, type: TokenType): string {
  const ofKey = headers.get(key) ?? {}
  ofKey[type] ??= encode({ alg: key.algorithm, typ: type, kid: key.kid })
  headers.set(key, ofKey)
  return ofKey[type]
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
