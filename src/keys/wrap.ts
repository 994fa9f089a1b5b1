import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { randomBytes } from '../platform/random.ts'

const NONCE = 12
const TAG = 16

/** The 256-bit key that wraps private keys, derived from GATEPASS_SECRET (HKDF, RFC 5869). */
export function wrappingKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'gatepass private key wrapping', 32))
}

/** Encrypts `plain` with AES-256-GCM, bound to `name`: nonce, ciphertext, tag. */
export function wrap(key: Buffer, name: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Decrypts what `wrap` made. Throws where the key or the name is another, or a byte was changed. */
export function unwrap(key: Buffer, name: string, wrapped: Uint8Array): Buffer {
  const bytes = Buffer.from(wrapped)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(Buffer.from(name))
    .setAuthTag(bytes.subarray(-TAG))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()])
}
