import { hash, timingSafeEqual } from 'node:crypto'

/** SHA-256 of UTF-8 text or bytes, 32 bytes. */
export function sha256(input: string | Uint8Array): Buffer {
  return hash('sha256', input, 'buffer')
}

/** Compares two digests of equal length in constant time. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
