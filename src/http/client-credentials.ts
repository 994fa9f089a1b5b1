import { AppError } from '../errors.ts'

export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/**
 * Credentials from an `Authorization: Basic` header (RFC 7617), also where ID and secret were form-encoded first
 * (RFC 6749, section 2.3.1). Undefined where there are none that can be read.
 */
export function readBasicCredentials(authorization: string | undefined): ClientCredentials | undefined {
  const encoded = authorization && /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization)?.[1]
  if (!encoded) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString()
  const colon = decoded.indexOf(':')
  if (colon < 0) return undefined
  const clientId = formDecode(decoded.slice(0, colon))
  const clientSecret = formDecode(decoded.slice(colon + 1))
  return clientId && clientSecret ? { clientId, clientSecret } : undefined
}

/**
 * Credentials of a token request: `client_secret_basic` or `client_secret_post`, one of them.
 * @throws AppError `invalid_request` where both are used (RFC 6749, section 2.3).
 */
export function readClientCredentials(
  authorization: string | undefined,
  form: Readonly<Record<string, string>>,
): ClientCredentials | undefined {
  const basic = readBasicCredentials(authorization)
  const { client_id: clientId, client_secret: clientSecret } = form
  if (authorization !== undefined && clientSecret !== undefined) {
    throw new AppError('invalid_request', 'Client credentials are sent twice: in the header and in the form.')
  }
  if (basic && clientId !== undefined && clientId !== basic.clientId) {
    throw new AppError('invalid_request', 'The client_id of the form is not that of the header.')
  }
  return basic ?? (clientId && clientSecret ? { clientId, clientSecret } : undefined)
}

// Our IDs and secrets have no character that form encoding changes, so decoding cannot turn a good one into another.
function formDecode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
