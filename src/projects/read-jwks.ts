import type { JsonWebKey } from 'node:crypto'
import { AppError } from '../errors.ts'

/**
 * Public keys as somebody pastes them: a JWK Set (RFC 7517, section 5), a list of keys, or one key. Null for nothing.
 * @throws AppError `invalid_request` at the field `jwks`, without the text: it may be a private key.
 */
export function readJwks(text: string): { readonly keys: readonly JsonWebKey[] } | null {
  if (text.trim() === '') return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrong('is not JSON: paste a JWK Set such as {"keys": [...]}')
  }
  const set = Array.isArray(value) ? { keys: value } : (value as { keys?: unknown } | null)
  if (Array.isArray(set?.keys)) return { keys: set.keys as JsonWebKey[] }
  if (typeof value === 'object' && value !== null && 'kty' in value) return { keys: [value as JsonWebKey] }
  throw wrong('is no JWK Set: it has no list of keys')
}

function wrong(problem: string): AppError {
  return new AppError('invalid_request', `The keys cannot be taken: jwks ${problem}.`, {
    fields: [{ field: 'jwks', problem }],
  })
}
