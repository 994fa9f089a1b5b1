// An authenticator app, written from RFC 6238 and RFC 4226 and not with the library that checks what it shows.
import { createHmac } from 'node:crypto'

/** The six digits that an app shows at a moment, in milliseconds. */
export function digitsAt(secret: Uint8Array, moment: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(moment / 30_000)))
  const hmac = createHmac('sha1', secret).update(counter).digest()
  const number = hmac.readUInt32BE(hmac[19]! & 15) & 0x7fff_ffff
  return String(number % 1_000_000).padStart(6, '0')
}
