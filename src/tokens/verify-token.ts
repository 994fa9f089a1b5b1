import type { KeyRing } from '../keys/key-ring.ts'
import { toSeconds } from '../platform/clock.ts'
import { checkSignature } from './check-signature.ts'
import type { TokenType } from './mint.ts'

const LEEWAY = 60

/** Claims that every token of ours has. */
export interface VerifiedClaims extends Record<string, unknown> {
  readonly sub: string
  readonly jti: string
  readonly sid: string
}

/**
 * Checks one of our own tokens: one spelling, the type that belongs here, the algorithm of the key that `kid` names,
 * the signature, issuer, audience and time (RFC 8725).
 * @returns the claims, or undefined for anything else; why is of no use to whoever presents it.
 */
export async function verifyToken(
  keys: KeyRing,
  token: string,
  expected: {
    type: TokenType
    issuer: string
    /** Undefined: any, for a hint that says whose it is. */
    audience: string | undefined
    /** Undefined: at any time, for a hint that may be over. */
    now: number | undefined
  },
): Promise<VerifiedClaims | undefined> {
  const claims = await verifyClaims(keys, token, expected)
  const { sub, jti, sid } = claims ?? {}
  if (typeof sub !== 'string' || typeof jti !== 'string' || typeof sid !== 'string') return undefined
  return claims as VerifiedClaims
}

/** `verifyToken` for a token that need not speak of a session. */
export async function verifyClaims(
  keys: KeyRing,
  token: string,
  expected: Parameters<typeof verifyToken>[2],
): Promise<Record<string, unknown> | undefined> {
  const [encodedHeader, encodedClaims, encodedSignature, ...rest] = token.split('.')
  if (!encodedHeader || !encodedClaims || !encodedSignature || rest.length > 0 || token.length > 8192)
    return undefined
  const header = decodeObject(encodedHeader)
  const claims = decodeObject(encodedClaims)
  const signature = decodeStrictly(encodedSignature)
  if (!header || !claims || !signature || typeof header.kid !== 'string') return undefined

  const key = await keys.publishedKey(header.kid)
  if (!key || header.alg !== key.algorithm || header.typ !== expected.type || 'crit' in header)
    return undefined
  if (!checkSignature(key, token, signature)) return undefined

  const { iss, aud, exp, iat } = claims
  if (iss !== expected.issuer || (expected.audience !== undefined && aud !== expected.audience))
    return undefined
  if (typeof exp !== 'number' || typeof iat !== 'number') return undefined
  if (expected.now !== undefined) {
    const now = toSeconds(expected.now)
    if (exp <= now || iat > now + LEEWAY) return undefined
  }
  return claims
}

function decodeObject(encoded: string): Record<string, unknown> | undefined {
  const bytes = decodeStrictly(encoded)
  if (!bytes) return undefined
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined // not JSON: not a token
  }
}

/** Node's decoder takes padding, spare bits and foreign characters; a token that was re-spelled is another token. */
function decodeStrictly(encoded: string): Buffer | undefined {
  const bytes = Buffer.from(encoded, 'base64url')
  return bytes.toString('base64url') === encoded ? bytes : undefined
}
