import * as client from 'openid-client'
import { AppError } from '../../errors.ts'
import { unusable } from '../tokens/ask-provider.ts'
import { invalid } from '../tokens/id-token.ts'
import { refuseToken } from '../tokens/refuse-token.ts'

/** What an error of openid-client means here. `asked`: the endpoint that was asked. */
export function toRefusal(error: unknown, asked = ''): unknown {
  const own = causesOf(error).find(cause => cause instanceof AppError)
  if (own) return own
  if (error instanceof client.ResponseBodyError) return refusedBy(error.error, error)
  // No word on what is wrong; a client that is not known is what a 401 of a token endpoint means (RFC 6749, section 5.2).
  if (error instanceof client.WWWAuthenticateChallengeError) return refusedBy('invalid_client', error)
  const { code, cause } = error as { code?: string; cause?: { claim?: string; attribute?: string } }
  const inner = cause as { cause?: { claim?: string; attribute?: string }; message?: string } | undefined
  const claim = cause?.claim ?? inner?.cause?.claim
  switch (code) {
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      if (claim === 'exp') return refuseToken('subject_token_expired', {}, error)
      return invalid(`${claim ?? 'a time'} is wrong`, error)
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      if (claim === 'aud') return refuseToken('subject_token_other_app', {}, error)
      return invalid(`${claim ?? 'a claim'} is wrong`, error)
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return invalid('userinfo speaks of somebody else', error)
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
    case 'OAUTH_PARSE_ERROR':
    case 'OAUTH_INVALID_SERVER_METADATA':
    case 'OAUTH_MISSING_SERVER_METADATA':
      return unusable(asked, 'the answer is not one of OpenID Connect')
  }
  if (code?.startsWith('OAUTH_') || error instanceof client.ClientError)
    return invalid((inner?.message ?? (error as Error).message).slice(0, 200), error)
  return error
}

/** An error code of a token endpoint (RFC 6749, section 5.2). */
function refusedBy(error: string, cause: unknown): AppError {
  const detail = { error: error.slice(0, 64) }
  const ours = error === 'invalid_client' || error === 'unauthorized_client'
  return refuseToken(ours ? 'provider_secret_wrong' : 'provider_refused', detail, cause)
}

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = []
  for (let each = error; each instanceof Error && causes.length < 5; each = each.cause) causes.push(each)
  return causes
}
