// What administrators change about themselves. Each change asks for the password again, so that an unlocked computer is
// not enough.
import { recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import { unwrap, wrap } from '../keys/wrap.ts'
import type { Clock } from '../platform/clock.ts'
import { type Administrator, canonicalEmail } from './administrator.ts'
import { endAdministratorSessions } from './administrator-sessions.ts'
import { findCredentials, setPasswordHash, setTotpSecret, takeTotpStep } from './administrator-store.ts'
import { takeGuess } from './guess-limits.ts'
import { hashPassword, passwordProblem, verifyPassword } from './password.ts'
import { actorOf, type Origin, totpName } from './sign-in-administrator.ts'
import { newTotpSecret, totpStep } from './totp.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly wrapping: Buffer
}

/**
 * Sets a new password; the other sessions end.
 * @throws AppError `invalid_request` with a problem per field, `slow_down`.
 */
export async function changeOwnPassword(
  deps: Deps,
  me: Administrator,
  input: { current: string; password: string; repeated: string; session: Uint8Array },
  from: Origin,
): Promise<void> {
  const now = deps.clock.now()
  await requireOwnPassword(deps, me, input.current, from, now)
  const problem = passwordProblem(input.password, [me.email, me.name])
  const fields = [
    ...(problem ? [{ field: 'password', problem }] : []),
    ...(input.password === input.repeated
      ? []
      : [{ field: 'repeated', problem: 'must be the same as the password above it' }]),
  ]
  if (fields.length > 0) throw new AppError('invalid_request', 'Something is missing or wrong.', { fields })
  const passwordHash = await hashPassword(input.password)
  await deps.database.write(async tx => {
    await setPasswordHash(tx, me.id, passwordHash)
    await endAdministratorSessions(tx, me.id, { key: null, except: input.session }, now)
    await audit(tx, me, from, 'administrator.set-password', now)
  })
}

const ENROLMENT = 'totp enrolment'
const ENROLMENT_LIFE = 15 * 60_000

/** A new secret to show, and its sealed form for `confirmTotp`: nothing is stored before the app has proved it. */
export function beginTotp(deps: Pick<Deps, 'wrapping' | 'clock'>, me: Administrator) {
  const secret = newTotpSecret()
  const until = deps.clock.now() + ENROLMENT_LIFE
  const claim = Buffer.from(JSON.stringify({ id: me.id, secret: secret.toString('base64url'), until }))
  return { secret, sealed: wrap(deps.wrapping, ENROLMENT, claim).toString('base64url') }
}

/** The secret that `beginTotp` sealed for this administrator. @throws AppError `invalid_grant`. */
export function openEnrolment(
  deps: Pick<Deps, 'wrapping' | 'clock'>,
  me: Administrator,
  sealed: string,
): Buffer {
  try {
    const claim = JSON.parse(unwrap(deps.wrapping, ENROLMENT, Buffer.from(sealed, 'base64url')).toString())
    if (claim.id === me.id && claim.until > deps.clock.now()) return Buffer.from(claim.secret, 'base64url')
  } catch {
    // Not made here: the same answer as for one that is too old.
  }
  throw new AppError('invalid_grant', 'That took too long. Begin again.')
}

/**
 * Switches the second factor on, once the app has proved that it has the secret.
 * @throws AppError `invalid_request` with a problem per field, `invalid_grant`, `slow_down`.
 */
export async function confirmTotp(
  deps: Deps,
  me: Administrator,
  input: { sealed: string; digits: string; current: string },
  from: Origin,
): Promise<void> {
  const now = deps.clock.now()
  const secret = openEnrolment(deps, me, input.sealed)
  await requireOwnPassword(deps, me, input.current, from, now)
  const step = totpStep(secret, input.digits, now)
  if (step === undefined) {
    throw new AppError('invalid_request', 'The digits are not right.', {
      fields: [{ field: 'digits', problem: 'are not those that the app shows now' }],
    })
  }
  await deps.database.write(async tx => {
    await setTotpSecret(tx, me.id, wrap(deps.wrapping, totpName(me.id), secret))
    await takeTotpStep(tx, me.id, step)
    await audit(tx, me, from, 'administrator.totp-on', now)
  })
}

/** Switches the second factor off. @throws AppError `invalid_request`, `slow_down`. */
export async function removeOwnTotp(
  deps: Deps,
  me: Administrator,
  input: { current: string },
  from: Origin,
): Promise<void> {
  const now = deps.clock.now()
  await requireOwnPassword(deps, me, input.current, from, now)
  await deps.database.write(async tx => {
    await setTotpSecret(tx, me.id, null)
    await audit(tx, me, from, 'administrator.totp-off', now)
  })
}

async function requireOwnPassword(
  deps: Deps,
  me: Administrator,
  password: string,
  from: Origin,
  now: number,
): Promise<void> {
  await takeGuess(deps.database, { account: canonicalEmail(me.email), address: from.address }, now)
  const found = await findCredentials(deps.database.read, { id: me.id })
  if (found && (await verifyPassword(found.passwordHash, password))) return
  throw new AppError('invalid_request', 'The current password is not right.', {
    fields: [{ field: 'current', problem: 'is not your password' }],
  })
}

async function audit(
  tx: Parameters<typeof recordAudit>[0],
  me: Administrator,
  from: Origin,
  action: string,
  now: number,
): Promise<void> {
  await recordAudit(
    tx,
    actorOf(me, from.address),
    { action, projectId: null, target: me.email, detail: {} },
    now,
  )
}
