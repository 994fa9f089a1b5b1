// Signing keys: made here, wrapped at rest by a key that is not in the database, published as JWKS, rotated.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import type { SigningAlgorithm } from '../db/tables.ts'

export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly publicJwk: JsonWebKey
  readonly publicKey: KeyObject
  /** Signs with the private key, synchronously: one signature is faster than a trip to the thread pool. */
  sign(data: string): Buffer
  readonly createdAt: number
  readonly retiredAt: number | null
}

/** A new key pair; the private key as PKCS #8 DER. */
export async function generateSigningKey(
  algorithm: SigningAlgorithm,
): Promise<{ kid: string; publicJwk: JsonWebKey; privateKey: Buffer }> {
  const pair = keyPair(algorithm)
  const jwk = pair.publicKey.export({ format: 'jwk' })
  const kid = await calculateJwkThumbprint(jwk as Parameters<typeof calculateJwkThumbprint>[0])
  return {
    kid,
    publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' },
    privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }),
  }
}

/** How a private key of each algorithm signs (RFC 7518, section 3; RFC 8037). */
export function signerOf(algorithm: SigningAlgorithm, privateKey: Buffer): (data: string) => Buffer {
  const key = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })
  if (algorithm === 'ES256')
    return data => sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' })
  if (algorithm === 'RS256') return data => sign('sha256', Buffer.from(data), key)
  return data => sign(null, Buffer.from(data), key)
}

export function publicKeyOf(jwk: JsonWebKey): KeyObject {
  return createPublicKey({ key: jwk, format: 'jwk' })
}

function keyPair(algorithm: SigningAlgorithm) {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (algorithm === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  return generateKeyPairSync('ed25519')
}
