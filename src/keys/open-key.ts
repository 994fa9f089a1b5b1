import { createPublicKey } from 'node:crypto'
import type { StoredKey } from './key-store.ts'
import { type SigningKey, signerOf } from './signing-key.ts'
import { unwrap } from './wrap.ts'

/**
 * A key out of the database, ready to sign and verify.
 * @throws Error, with a sentence for the operator, where GATEPASS_SECRET is not the one that wrapped it.
 */
export function openSigningKey(key: StoredKey, wrapping: Buffer): SigningKey {
  const { publicJwk: text, wrappedPrivateKey, ...rest } = key
  const publicJwk = JSON.parse(text)
  const privateKey = openPrivateKey(key, wrapping)
  return {
    ...rest,
    publicJwk,
    publicKey: createPublicKey({ key: publicJwk, format: 'jwk' }),
    sign: signerOf(key.algorithm, privateKey),
  }
}

/** @throws Error as `openSigningKey` does. */
export function openPrivateKey(key: StoredKey, wrapping: Buffer): Buffer {
  try {
    return unwrap(wrapping, key.kid, key.wrappedPrivateKey)
  } catch (cause) {
    throw new Error(
      `GATEPASS_SECRET is not the one that this database's signing key ${key.kid} was wrapped with. ` +
        `Start with the earlier value; where it is lost, so is the key: gatepass key remove ${key.kid} --secret-lost`,
      { cause },
    )
  }
}
