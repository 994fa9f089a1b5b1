import { noteChange } from '../audit/note-change.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import { unwrap } from '../keys/wrap.ts'
import { forgetGuesses, type Guess, takeGuess } from '../passwords/guess-limits.ts'
import { verifyPassword } from '../passwords/password.ts'
import type { Clock } from '../platform/clock.ts'
import { canonicalEmail } from '../platform/email-address.ts'
import type { Origin } from '../platform/sign-in-origin.ts'
import { actorOf } from './administrator.ts'
import { administratorGuesses } from './administrator-guesses.ts'
import { openAdministratorSession } from './administrator-sessions.ts'
import {
  type Credentials,
  findCredentials,
  findCredentialsByEmail,
  stillHolds,
  takeTotpStep,
} from './administrator-store.ts'
import { openSecondStep, sealSecondStep } from './second-step.ts'
import { totpName, totpStep } from './totp.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  /** Wraps what only this installation may read: see keys/wrap.ts. */
  readonly wrapping: Buffer
}

/** Either a session's secret for the cookie, or what the second step has to bring back. */
export type SignedIn = { readonly session: string } | { readonly secondStep: string }

const notRight = 'E-mail address or password are not right.'

/**
 * Signs an administrator in by password. One with a second factor gets a `secondStep`: good for five minutes, for
 * `signInBySecondStep`.
 * @throws AppError `access_denied`, the same for a wrong password as for nobody of this name; `slow_down` after ten
 * guesses in a quarter of an hour.
 */
export async function signInAdministrator(
  deps: Deps,
  input: { readonly email: string; readonly password: string },
  from: Origin,
): Promise<SignedIn> {
  const now = deps.clock.now()
  const guess = {
    of: administratorGuesses,
    account: canonicalEmail(input.email),
    address: from.address,
    at: 'password',
  } as const
  await takeGuess(deps.database, guess, now)
  const found = await findCredentialsByEmail(deps.database.read, input.email)
  const right = await verifyPassword(found?.passwordHash ?? null, input.password)
  if (!found || !right || found.administrator.disabledAt !== null) {
    const reason = found && right ? 'disabled' : 'wrong password or nobody of this name'
    throw await refuse(deps, found, from, now, reason, notRight)
  }
  if (found.wrappedTotpSecret !== null) return { secondStep: sealSecondStep(deps.wrapping, found, now) }
  return { session: await open(deps, found, guess, from, now, null) }
}

/**
 * The second step: six digits of the authenticator app. Each is good once.
 * @throws AppError `access_denied` for wrong digits, `invalid_grant` where the first step is too long ago or the account
 * was changed since, `slow_down` after ten guesses in a quarter of an hour, or fifty in a day.
 */
export async function signInBySecondStep(
  deps: Deps,
  input: { readonly secondStep: string; readonly digits: string },
  from: Origin,
): Promise<{ readonly session: string }> {
  const now = deps.clock.now()
  const claim = openSecondStep(deps.wrapping, input.secondStep, now)
  const found = claim && (await findCredentials(deps.database.read, claim.id))
  if (!found?.wrappedTotpSecret || !claim?.isFor(found) || found.administrator.disabledAt !== null) {
    throw new AppError('invalid_grant', 'That took too long. Begin again with your password.')
  }
  const { id, email } = found.administrator
  const guess = {
    of: administratorGuesses,
    account: canonicalEmail(email),
    address: from.address,
    at: 'digits',
  } as const
  await takeGuess(deps.database, guess, now)
  const secret = unwrap(deps.wrapping, totpName(id), found.wrappedTotpSecret)
  const step = totpStep(secret, input.digits, now)
  if (step === undefined) {
    const sentence = 'These digits are not right. Is the clock of your phone right?'
    throw await refuse(deps, found, from, now, 'wrong one-time password', sentence)
  }
  return { session: await open(deps, found, guess, from, now, step) }
}

const CHANGED = 'the account was changed meanwhile'

async function open(
  deps: Deps,
  found: Credentials,
  guess: Guess,
  from: Origin,
  now: number,
  step: number | null,
): Promise<string> {
  const { administrator } = found
  const opened = await deps.database.write<{ session: string } | { refused: string }>(async tx => {
    // A password that was reset, or an account that was disabled, while the old one was being compared opens nothing.
    if (!(await stillHolds(tx, found))) return { refused: CHANGED }
    if (step !== null && !(await takeTotpStep(tx, administrator.id, step))) {
      return { refused: 'one-time password used before' }
    }
    await forgetGuesses(tx, guess)
    const event = { action: 'administrator.sign-in', target: administrator.email }
    await noteChange(tx, actorOf(administrator, from.address), event, now)
    return { session: await openAdministratorSession(tx, administrator.id, from, now) }
  })
  if ('session' in opened) return opened.session
  const sentence =
    opened.refused === CHANGED ? notRight : 'These digits were used already. Wait for the next ones.'
  throw await refuse(deps, found, from, now, opened.refused, sentence)
}

/** Writes a refusal down, with its true reason, and gives the answer for who asked. */
async function refuse(
  deps: Deps,
  found: Credentials | undefined,
  from: Origin,
  now: number,
  reason: string,
  sentence: string,
): Promise<AppError> {
  // Who types a name that nobody has may have typed a password: only names of administrators are written down.
  const target = found?.administrator.email ?? 'unknown'
  const event = { action: 'administrator.sign-in-refused', target, detail: { reason } }
  await deps.database.write(tx => noteChange(tx, { name: 'nobody', origin: from.address }, event, now))
  return new AppError('access_denied', sentence)
}
