// ECDSA signatures on P-256 in their two spellings: JOSE's, r and s of 32 bytes each (RFC 7518, section 3.4), and
// OpenSSL's, a DER SEQUENCE of two INTEGERs (RFC 3279, section 2.2.3). Node can translate too, but that takes it longer
// than the signature itself.

const WIDTH = 32
const SEQUENCE = 0x30
const INTEGER = 0x02

/** @param der a signature as OpenSSL makes it; @returns its 64 bytes for JOSE. */
export function concatenated(der: Buffer): Buffer {
  const signature = Buffer.alloc(2 * WIDTH)
  const r = integerAt(der, 2)
  const s = integerAt(der, r.end)
  der.copy(signature, WIDTH - (r.end - r.start), r.start, r.end)
  der.copy(signature, 2 * WIDTH - (s.end - s.start), s.start, s.end)
  return signature
}

/** @param signature the 64 bytes of JOSE; @returns it for OpenSSL, undefined where it has another length. */
export function asDer(signature: Buffer): Buffer | undefined {
  if (signature.length !== 2 * WIDTH) return undefined
  const body = Buffer.concat([
    derInteger(signature.subarray(0, WIDTH)),
    derInteger(signature.subarray(WIDTH)),
  ])
  return Buffer.concat([Buffer.of(SEQUENCE, body.length), body])
}

/** Where the digits of an INTEGER stand, without the zero that keeps it from being negative. */
function integerAt(der: Buffer, at: number): { start: number; end: number } {
  const end = at + 2 + der[at + 1]!
  const start = at + 2
  return { start: end - start > WIDTH ? start + 1 : start, end }
}

/** The shortest spelling of a positive number, the only one that DER has. */
function derInteger(digits: Buffer): Buffer {
  let start = 0
  while (start < WIDTH - 1 && digits[start] === 0) start++
  const sign = digits[start]! >= 0x80 ? [0] : []
  return Buffer.from([INTEGER, WIDTH - start + sign.length, ...sign, ...digits.subarray(start)])
}
