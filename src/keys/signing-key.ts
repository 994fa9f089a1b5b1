// Signing keys: made here, wrapped at rest by a key that is not in the database, published as JWKS, rotated.
import { createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint } from 'jose'
import type { SigningAlgorithm } from '../db/tables.ts'
import { concatenated } from '../platform/ecdsa-signature.ts'
import type { KeyMoments } from './key-schedule.ts'

export interface SigningKey extends KeyMoments {
  /** RFC 7638 thumbprint. */
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly publicJwk: JsonWebKey
  readonly publicKey: KeyObject
  /** Signs with the private key, synchronously: one signature is faster than a trip to the thread pool. */
  sign(data: string): Buffer
}

export interface GeneratedKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly publicJwk: JsonWebKey
  /** PKCS #8 DER. */
  readonly privateKey: Buffer
}

const generate = promisify(generateKeyPair)

/** A new key pair, made in the thread pool: an RSA key takes long enough for every request to notice. */
export async function generateSigningKey(algorithm: SigningAlgorithm): Promise<GeneratedKey> {
  const pair = await keyPair(algorithm)
  const jwk = pair.publicKey.export({ format: 'jwk' })
  const kid = await calculateJwkThumbprint(jwk as Parameters<typeof calculateJwkThumbprint>[0])
  // One ID in 64 would be taken for an option by `gatepass key remove`, and that must not fail in an emergency.
  if (kid.startsWith('-')) return await generateSigningKey(algorithm)
  return {
    kid,
    algorithm,
    publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' },
    privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }),
  }
}

/** How a private key of each algorithm signs (RFC 7518, section 3; RFC 8037). */
export function signerOf(algorithm: SigningAlgorithm, privateKey: Buffer): (data: string) => Buffer {
  const key = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })
  if (algorithm === 'ES256') return data => concatenated(sign('sha256', Buffer.from(data), key))
  if (algorithm === 'RS256') return data => sign('sha256', Buffer.from(data), key)
  return data => sign(null, Buffer.from(data), key)
}

function keyPair(algorithm: SigningAlgorithm) {
  if (algorithm === 'ES256') return generate('ec', { namedCurve: 'P-256' })
  if (algorithm === 'RS256') return generate('rsa', { modulusLength: 2048 })
  return generate('ed25519')
}
