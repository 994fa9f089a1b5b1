// The second factor: time-based one-time passwords (RFC 6238), six digits every 30 seconds, as authenticator apps make them.
import { Secret, TOTP } from 'otpauth'
import { randomBytes } from '../platform/random.ts'

const PERIOD = 30

/** A new secret, 160 bits (RFC 4226, section 4). */
export function newTotpSecret(): Buffer {
  return randomBytes(20)
}

/** What a wrapped secret is bound to. */
export function totpName(administratorId: string): string {
  return `totp ${administratorId}`
}

/** `otpauth://totp/...`, which apps read from a QR code. A colon, as before a port, is no part of a name there. */
export function totpUri(secret: Uint8Array, email: string, issuer: string): string {
  return totp(secret, email, new URL(issuer).hostname).toString()
}

/** The secret as people type it into an app: base32 in groups of four. */
export function totpText(secret: Uint8Array): string {
  return totp(secret, '', '').secret.base32.replace(/.{4}(?=.)/g, '$& ')
}

/**
 * The time step (seconds / 30) for which these six digits are right, one step early or late allowed, or undefined.
 * The caller accepts each step once.
 */
export function totpStep(secret: Uint8Array, digits: string, now: number): number | undefined {
  const token = digits.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const delta = totp(secret, '', '').validate({ token, timestamp: now, window: 1 })
  return delta === null ? undefined : Math.floor(now / 1000 / PERIOD) + delta
}

function totp(secret: Uint8Array, label: string, host: string): TOTP {
  const { buffer } = Uint8Array.from(secret)
  return new TOTP({
    issuer: host === '' ? '' : `Gatepass ${host}`,
    label,
    secret: new Secret({ buffer }),
    period: PERIOD,
    digits: 6,
  })
}
