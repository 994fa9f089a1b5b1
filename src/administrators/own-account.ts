// What administrators change about themselves. Each change asks for the password again, so that an unlocked computer is
// not enough.

import { noteChange } from '../audit/note-change.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { wrap } from '../keys/wrap.ts'
import { forgetGuesses, takeGuess } from '../passwords/guess-limits.ts'
import { hashPassword, type NewPassword, newPasswordProblems, verifyPassword } from '../passwords/password.ts'
import type { Clock } from '../platform/clock.ts'
import { canonicalEmail } from '../platform/email-address.ts'
import type { Origin } from '../platform/sign-in-origin.ts'
import { type Administrator, actorOf } from './administrator.ts'
import { administratorGuesses } from './administrator-guesses.ts'
import { endAdministratorSessions } from './administrator-sessions.ts'
import { findCredentials, setTotpSecret, stillHolds, takeTotpStep } from './administrator-store.ts'
import { setPassword } from './set-password.ts'
import { totpName, totpStep } from './totp.ts'
import { openEnrolment } from './totp-enrolment.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly wrapping: Buffer
}

/** What every change brings: the password as it is now. */
interface Confirmed {
  readonly current: string
}

/** The key of the session that the change is made in; others end. */
interface InSession {
  readonly session: Uint8Array
}

/**
 * Sets a new password; the other sessions end.
 * @throws AppError `invalid_request` with a problem per field, `slow_down`, `conflict`.
 */
export async function changeOwnPassword(
  deps: Deps,
  me: Administrator,
  input: Confirmed & InSession & NewPassword,
  from: Origin,
): Promise<void> {
  const fields = newPasswordProblems(input, me)
  if (fields.length > 0) throw new AppError('invalid_request', 'Something is missing or wrong.', { fields })
  const passwordHash = await hashPassword(input.password)
  await change(deps, me, input, from, 'administrator.set-password', (tx, now) =>
    setPassword(tx, me, passwordHash, input.session, now),
  )
}

/**
 * Switches the second factor on, once the app has proved that it has the secret. The other sessions end: they may have
 * been opened by the password alone.
 * @throws AppError `invalid_request` with a problem per field, `invalid_grant`, `slow_down`, `conflict`.
 */
export async function confirmTotp(
  deps: Deps,
  me: Administrator,
  input: Confirmed & InSession & { readonly sealed: string; readonly digits: string },
  from: Origin,
): Promise<void> {
  const secret = openEnrolment(deps, me, input.sealed)
  const step = totpStep(secret, input.digits, deps.clock.now())
  if (step === undefined) {
    throw new AppError('invalid_request', 'The digits are not right.', {
      fields: [{ field: 'digits', problem: 'are not those that the app shows now' }],
    })
  }
  await change(deps, me, input, from, 'administrator.totp-on', async (tx, now) => {
    await setTotpSecret(tx, me.id, wrap(deps.wrapping, totpName(me.id), secret))
    await takeTotpStep(tx, me.id, step)
    await endAdministratorSessions(tx, me.id, { key: null, except: input.session }, now)
  })
}

/** Switches the second factor off. @throws AppError `invalid_request`, `slow_down`, `conflict`. */
export async function removeOwnTotp(
  deps: Deps,
  me: Administrator,
  input: Confirmed,
  from: Origin,
): Promise<void> {
  await change(deps, me, input, from, 'administrator.totp-off', tx => setTotpSecret(tx, me.id, null))
}

async function change(
  deps: Deps,
  me: Administrator,
  { current }: Confirmed,
  from: Origin,
  action: string,
  work: (tx: Handle, now: number) => Promise<void>,
): Promise<void> {
  const now = deps.clock.now()
  const actor = actorOf(me, from.address)
  const guess = {
    of: administratorGuesses,
    account: canonicalEmail(me.email),
    address: from.address,
    at: 'password',
  } as const
  await takeGuess(deps.database, guess, now)
  const found = await findCredentials(deps.database.read, me.id)
  if (!(await verifyPassword(found?.passwordHash ?? null, current)) || !found) {
    const event = { action: `${action}-refused`, target: me.email, detail: { reason: 'wrong password' } }
    await deps.database.write(tx => noteChange(tx, actor, event, now))
    throw new AppError('invalid_request', 'The current password is not right.', {
      fields: [{ field: 'current', problem: 'is not your password' }],
    })
  }
  await deps.database.write(async tx => {
    if (!(await stillHolds(tx, found))) {
      throw new AppError('conflict', 'Your account was changed meanwhile. Begin again.')
    }
    await forgetGuesses(tx, guess)
    await work(tx, now)
    await noteChange(tx, actor, { action, target: me.email }, now)
  })
}
