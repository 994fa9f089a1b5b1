import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose'
import type { KeyCache } from '../../client/key-cache.ts'
import { refuseToken } from './refuse-token.ts'

/** Signatures that only the holder of a private key can make: no `none`, and no shared secret. */
export const anyAlgorithm = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

const LONGEST = 16_384
/** Seconds that two clocks may differ. */
const LEEWAY = 30

export interface IdTokenClaims extends JWTPayload {
  readonly sub: string
  readonly iat: number
}

/**
 * Checks an ID token of a provider (OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725): algorithm, type, key, signature,
 * issuer, audience, times. A nonce belongs to whoever asked for the token, and is theirs to check.
 * @throws AppError `invalid_grant`; `provider_unreachable` where the keys cannot be had.
 */
export async function verifyIdToken(
  cache: KeyCache,
  token: string,
  expected: {
    readonly issuers: readonly string[]
    /** IDs of our applications at the provider. */
    readonly audiences: readonly string[]
    readonly algorithms: readonly string[]
    readonly now: number
  },
): Promise<IdTokenClaims> {
  const { kid } = readHeader(token, expected.algorithms)
  const { payload } = await jwtVerify(token, await cache.keysFor(kid), {
    issuer: [...expected.issuers],
    audience: [...expected.audiences],
    algorithms: [...expected.algorithms],
    requiredClaims: ['sub', 'aud', 'exp', 'iat'],
    clockTolerance: LEEWAY,
    currentDate: new Date(expected.now),
  }).catch(error => {
    throw toRefusal(error)
  })
  // For an application of ours and for a stranger's: the stranger has had it in their hands.
  const others = [payload.aud ?? []].flat().filter(each => !expected.audiences.includes(each))
  if (others.length > 0) throw refuseToken('subject_token_other_app')
  if (payload.iat! > expected.now / 1000 + LEEWAY) throw invalid('issued in the future')
  if (typeof payload.sub !== 'string' || !isSubject(payload.sub)) throw invalid('sub is no subject')
  return payload as IdTokenClaims
}

/** Something of 1 to 255 visible characters (OpenID Connect Core 1.0, section 2). */
export function isSubject(text: string): boolean {
  return /^[!-~]{1,255}$/.test(text)
}

/** Before any key is asked for. */
function readHeader(token: string, algorithms: readonly string[]): ProtectedHeaderParameters {
  let header: ProtectedHeaderParameters
  try {
    if (token.length > LONGEST) throw new Error('too long')
    header = decodeProtectedHeader(token)
  } catch (cause) {
    throw invalid('not a JWT', cause)
  }
  if (!algorithms.includes(String(header.alg))) throw invalid('algorithm not taken')
  // An access token or a logout token of the same issuer is no proof that somebody has signed in.
  if (header.typ !== undefined && !/^(application\/)?jwt$/i.test(String(header.typ)))
    throw invalid('not an ID token')
  if (header.kid !== undefined && typeof header.kid !== 'string') throw invalid('kid is no text')
  return header
}

function toRefusal(error: unknown) {
  if (error instanceof errors.JWTExpired) return refuseToken('subject_token_expired', {}, error)
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error
    if (claim === 'aud' && reason === 'check_failed') return refuseToken('subject_token_other_app', {}, error)
    return invalid(`${claim} is missing or wrong`, error)
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('wrong signature', error)
  if (error instanceof errors.JWKSNoMatchingKey) return invalid('signed by an unknown key', error)
  return invalid('cannot be verified', error)
}

export function invalid(problem: string, cause?: unknown) {
  return refuseToken('subject_token_invalid', { problem }, cause)
}
