// A second factor between being shown and being proved: the browser holds the secret, sealed, and nothing is stored.
import { AppError } from '../errors.ts'
import { unwrap, wrap } from '../keys/wrap.ts'
import type { Clock } from '../platform/clock.ts'
import type { Administrator } from './administrator.ts'
import { newTotpSecret } from './totp.ts'

interface Deps {
  readonly clock: Clock
  readonly wrapping: Buffer
}

const NAME = 'totp enrolment'
const LIFE = 15 * 60_000

/** A new secret to show, and its sealed form for `confirmTotp`, good for a quarter of an hour. */
export function beginTotp(deps: Deps, me: Administrator): { secret: Buffer; sealed: string } {
  const secret = newTotpSecret()
  const claim = { id: me.id, secret: secret.toString('base64url'), until: deps.clock.now() + LIFE }
  const sealed = wrap(deps.wrapping, NAME, Buffer.from(JSON.stringify(claim)))
  return { secret, sealed: sealed.toString('base64url') }
}

/** The secret that `beginTotp` sealed for this administrator. @throws AppError `invalid_grant`. */
export function openEnrolment(deps: Deps, me: Administrator, sealed: string): Buffer {
  try {
    const claim = JSON.parse(unwrap(deps.wrapping, NAME, Buffer.from(sealed, 'base64url')).toString())
    if (claim.id === me.id && claim.until > deps.clock.now()) return Buffer.from(claim.secret, 'base64url')
  } catch {
    // Not made here: the same answer as for one that is too old.
  }
  throw new AppError('invalid_grant', 'That took too long. Begin again.')
}
