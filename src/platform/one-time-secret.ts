// Secrets in time order (codes, session cookies): 6 bytes of milliseconds and 208 random bits, 43 characters of
// base64url. The row's key is those 6 bytes and 26 bytes of the secret's SHA-256, so a look-up is one primary key
// and the table holds nothing that could be presented.
import { createHmac } from 'node:crypto'
import { decodeBase64url } from './base64url.ts'
import { sha256 } from './hashing.ts'
import { timeOrderedBytes } from './random.ts'

const SIZE = 32
const TIME = 6

/** A secret to hand out once, and the 32-byte key under which its row is stored. */
export interface OneTimeSecret {
  readonly text: string
  readonly key: Buffer
}

export function newOneTimeSecret(now: number): OneTimeSecret {
  const bytes = timeOrderedBytes(SIZE, now)
  return { text: bytes.toString('base64url'), key: keyOf(bytes) }
}

/** A secret of this moment that whoever knows `own` and `context`, and nobody else, arrives at again. */
export function deriveOneTimeSecret(moment: number, own: string, context: string): OneTimeSecret {
  const bytes = Buffer.allocUnsafe(SIZE)
  bytes.writeUIntBE(moment, 0, TIME)
  createHmac('sha256', own).update(`one-time secret of ${context}`).digest().copy(bytes, TIME)
  return { text: bytes.toString('base64url'), key: keyOf(bytes) }
}

/** The key under which the row of a presented secret would be, or undefined where it can't be one of ours. */
export function keyOfSecret(text: string): Buffer | undefined {
  const bytes = decodeBase64url(text, SIZE)
  return bytes && keyOf(bytes)
}

/** The smallest key that a secret made at `moment` (milliseconds) or later can have: the bound for purging by range. */
export function firstKeyAt(moment: number): Buffer {
  const key = Buffer.alloc(SIZE)
  key.writeUIntBE(Math.max(0, moment), 0, TIME)
  return key
}

function keyOf(bytes: Buffer): Buffer {
  const key = Buffer.allocUnsafe(SIZE)
  bytes.copy(key, 0, 0, TIME)
  sha256(bytes).copy(key, TIME, 0, SIZE - TIME)
  return key
}
