// The client kit: what an API does with a token of Gatepass that somebody brings. It needs nothing of the server but the
// published keys, and any other library for JWTs can do the same.
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import { fetchText } from './fetch-text.ts'
import { createKeyCache } from './key-cache.ts'
import { readKeySet } from './key-set.ts'

export interface VerifierOptions {
  /** The public URL of Gatepass, as tokens name it. */
  readonly issuer: string
  /** Whom tokens must be for: the issuer for access tokens (RFC 9068), one's own client ID for ID tokens. */
  readonly audience: string
  /** `at+jwt` for access tokens, as without it; `JWT` for ID tokens. */
  readonly typ?: 'at+jwt' | 'JWT'
  /** Clients whose access tokens are taken; without it those of every project of the installation. */
  readonly clientIds?: readonly string[]
  /** In the place of the global one. */
  readonly fetch?: typeof fetch
}

export interface TokenClaims extends JWTPayload {
  /** The ID of the reader. */
  readonly sub: string
  readonly exp: number
  readonly iat: number
  /** The session, in access and ID tokens. */
  readonly sid?: string
  readonly client_id?: string
  readonly scope?: string
}

/** Why a token is not taken; `keys_unavailable` says nothing about the token: try again later. */
export type TokenProblem =
  | 'malformed'
  | 'wrong_type'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'wrong_client'
  | 'wrong_signature'
  | 'expired'
  | 'claims_missing'
  | 'keys_unavailable'

export class TokenError extends Error {
  readonly problem: TokenProblem

  constructor(problem: TokenProblem, sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.name = 'TokenError'
    this.problem = problem
  }
}

export interface Verifier {
  /** The claims of a token that is good now. @throws TokenError */
  verifyToken(token: string): Promise<TokenClaims>
}

const algorithms = ['ES256', 'EdDSA', 'RS256']
const LONGEST = 8192

/** Make one and keep it: it keeps the keys. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, audience, typ = 'at+jwt', clientIds, fetch: fetcher = fetch } = options
  const url = `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`
  const cache = createKeyCache(
    async () => readKeySet(await fetchText(fetcher, url)),
    () => performance.now(),
  )
  return {
    async verifyToken(token) {
      const kid = readKid(token, typ)
      const keys = await cache.keysFor(kid).catch(cause => {
        throw new TokenError('keys_unavailable', `The keys of ${issuer} cannot be had.`, cause)
      })
      const requiredClaims = ['sub', 'exp', 'iat', 'aud']
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        typ,
        requiredClaims,
      }).catch(cause => {
        throw toTokenError(cause)
      })
      if (clientIds && !clientIds.includes(String(payload.client_id))) {
        throw new TokenError('wrong_client', 'The token was issued to another client.')
      }
      return payload as TokenClaims
    },
  }
}

/** The ID of the key, before any key is asked for. */
function readKid(token: string, typ: string): string {
  let header: ReturnType<typeof decodeProtectedHeader>
  try {
    if (token.length > LONGEST) throw new Error('too long')
    header = decodeProtectedHeader(token)
  } catch (cause) {
    throw new TokenError('malformed', 'This is no token of Gatepass.', cause)
  }
  if (header.typ !== typ) throw new TokenError('wrong_type', `The token is not of the type ${typ}.`)
  if (typeof header.kid !== 'string' || !algorithms.includes(String(header.alg))) {
    throw new TokenError('malformed', 'This is no token of Gatepass.')
  }
  return header.kid
}

function toTokenError(cause: unknown): TokenError {
  if (cause instanceof errors.JWTExpired) return new TokenError('expired', 'The token has expired.', cause)
  if (cause instanceof errors.JWTClaimValidationFailed) {
    if (cause.reason !== 'missing' && cause.claim === 'iss')
      return new TokenError('wrong_issuer', 'The token is of another issuer.', cause)
    if (cause.reason !== 'missing' && cause.claim === 'aud')
      return new TokenError('wrong_audience', 'The token is for somebody else.', cause)
    return new TokenError('claims_missing', `The claim ${cause.claim} is missing or wrong.`, cause)
  }
  if (
    cause instanceof errors.JWSSignatureVerificationFailed ||
    cause instanceof errors.JWKSNoMatchingKey ||
    cause instanceof errors.JWKSMultipleMatchingKeys
  )
    return new TokenError('wrong_signature', 'The token is signed by no key of the issuer.', cause)
  return new TokenError('malformed', 'This is no token of Gatepass.', cause)
}
