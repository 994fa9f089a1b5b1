// What a browser holds between password and second factor: who gave the right password, sealed so that only this
// installation reads or makes it. Nothing of it is stored.
import { unwrap, wrap } from '../keys/wrap.ts'
import { sha256 } from '../platform/hashing.ts'
import type { Credentials } from './administrator-store.ts'

const NAME = 'console second step'
const LIFE = 5 * 60_000

/** Good for five minutes, and no longer than the password that was right. */
export function sealSecondStep(wrapping: Buffer, credentials: Credentials, now: number): string {
  const claim = { id: credentials.administrator.id, password: digest(credentials), until: now + LIFE }
  return wrap(wrapping, NAME, Buffer.from(JSON.stringify(claim))).toString('base64url')
}

/** Whose step this is, or undefined for one that is over, tampered with, or of another installation. */
export function openSecondStep(
  wrapping: Buffer,
  sealed: string,
  now: number,
): { readonly id: string; isFor(credentials: Credentials): boolean } | undefined {
  try {
    const claim = JSON.parse(unwrap(wrapping, NAME, Buffer.from(sealed, 'base64url')).toString())
    if (claim.until <= now) return undefined
    return { id: claim.id, isFor: credentials => digest(credentials) === claim.password }
  } catch {
    return undefined
  }
}

/** Of the stored hash, so that a step dies with the password that it came of. */
function digest({ passwordHash }: Credentials): string {
  return sha256(passwordHash ?? '').toString('base64url')
}
