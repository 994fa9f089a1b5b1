// Everything unguessable is made here. Values that become keys of tables start with the moment they were made:
// rows then land side by side, and five million of them stay as fast as a thousand.
import { randomFillSync } from 'node:crypto'

const pool = Buffer.allocUnsafeSlow(8192)
let used = pool.length

/** `size` random bytes of an own buffer, taken from a pool that is filled 8 KiB at a time. */
export function randomBytes(size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  fillRandom(bytes, 0)
  return bytes
}

/** `size` bytes that sort by time: 6 bytes of milliseconds, the rest random. */
export function timeOrderedBytes(size: number, now: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  bytes.writeUIntBE(now, 0, 6)
  fillRandom(bytes, 6)
  return bytes
}

let newest = 0
let ofThatMoment = 0

/**
 * A UUIDv7 (RFC 9562, section 5.7) in its usual spelling. Those of one millisecond are in the order in which they were
 * made here (section 6.2, method 1: a counter of 12 bits).
 */
export function uuidv7(now: number): string {
  const bytes = timeOrderedBytes(16, now)
  ofThatMoment = now === newest ? (ofThatMoment + 1) & 0xfff : 0
  newest = now
  bytes[6] = 0x70 | (ofThatMoment >> 8)
  bytes[7] = ofThatMoment & 0xff
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** What every UUIDv7 of this moment (milliseconds) or later sorts behind, and every earlier one before. */
export function firstUuidAt(moment: number): string {
  const time = Math.min(Math.max(0, Math.trunc(moment)), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}`
}

function fillRandom(target: Buffer, from: number): void {
  const needed = target.length - from
  if (used + needed > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  pool.copy(target, from, used, used + needed)
  // What was handed out is a secret of its owner alone from here on.
  pool.fill(0, used, used + needed)
  used += needed
}
