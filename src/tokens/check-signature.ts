import { hash, type KeyObject, verify } from 'node:crypto'
import type { SigningKey } from '../keys/signing-key.ts'
import { asDer } from '../platform/ecdsa-signature.ts'

/** Tokens a key: some 100 bytes each. */
const MOST_REMEMBERED = 20_000

// An access token is shown again and again in its life. That a key has signed these bytes stays true, so it is worked
// out once: the rest takes a tenth of the time. Whether key, session and token are still good is asked every time.
const signed = new WeakMap<KeyObject, Set<string>>()

/**
 * Whether `key` has signed this token, a JWS in compact form (RFC 7515, sections 5.2 and 7.1); `signature`: its last
 * part, decoded.
 */
export function checkSignature(key: SigningKey, token: string, signature: Buffer): boolean {
  const known = signed.get(key.publicKey) ?? new Set()
  const digest = hash('sha256', token, 'base64url')
  if (known.has(digest)) return true
  if (!verifySignature(key, Buffer.from(token.slice(0, token.lastIndexOf('.'))), signature)) return false
  known.add(digest)
  if (known.size > MOST_REMEMBERED) known.delete(known.values().next().value!)
  signed.set(key.publicKey, known)
  return true
}

function verifySignature(key: SigningKey, input: Buffer, signature: Buffer): boolean {
  if (key.algorithm === 'ES256') {
    const der = asDer(signature)
    return der !== undefined && verify('sha256', input, key.publicKey, der)
  }
  return verify(key.algorithm === 'RS256' ? 'sha256' : null, input, key.publicKey, signature)
}
