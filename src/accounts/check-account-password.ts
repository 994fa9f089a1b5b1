import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import { forgetGuesses, takeGuess } from '../passwords/guess-limits.ts'
import { verifyPassword } from '../passwords/password.ts'
import type { Clock } from '../platform/clock.ts'
import { canonicalName } from './account.ts'
import { accountGuesses } from './account-guesses.ts'
import { type AccountCredentials, findAccountCredentials } from './account-store.ts'

/** What everybody is told who cannot be let in by this name and password. */
export const WRONG_PASSWORD = 'The user name or e-mail address and the password do not belong together.'

/**
 * Checks a password by user name or e-mail address. Whoever opens something on it asks `accountStillHolds` in the
 * transaction that does: the password may have been reset while it was being compared.
 * @throws AppError `access_denied`, the same words after the same work for a wrong password, nobody of this name and a
 * disabled account, with the true reason (`account_unknown`, `account_password_wrong`, `account_disabled`,
 * `account_password_unset`, `too_many_guesses`) and who it is for the timeline; `slow_down` after ten guesses in a
 * quarter of an hour. The caller records the refusal in the attempt.
 */
export async function checkAccountPassword(
  deps: { readonly database: Database; readonly clock: Clock },
  input: { readonly name: string; readonly password: string },
  address: string,
): Promise<AccountCredentials> {
  const now = deps.clock.now()
  const found = await findAccountCredentials(deps.database.read, input.name)
  const name = canonicalName(input.name)
  // Nobody's name has something behind it too: the work is the same.
  const behind = found?.account.id ?? `nobody ${name}`
  const guess = { account: name, behind, address, at: 'password', of: accountGuesses } as const
  const looked = await takeGuess(deps.database, guess, now)
  const right = await verifyPassword(looked ? (found?.passwordHash ?? null) : null, input.password)
  if (!found) throw wrong('account_unknown')
  const { id, disabledAt } = found.account
  const detail = { account: id }
  if (!looked) throw wrong('too_many_guesses', detail)
  if (found.passwordHash === null) throw wrong('account_password_unset', detail)
  if (!right) throw wrong('account_password_wrong', detail)
  if (disabledAt !== null) throw wrong('account_disabled', detail)
  await deps.database.write(tx => forgetGuesses(tx, guess))
  return found
}

/** For a caller that finds that the account was changed meanwhile. */
export function accountChanged(): AppError {
  return wrong('account_changed')
}

function wrong(reason: string, detail: Record<string, unknown> = {}): AppError {
  return new AppError('access_denied', WRONG_PASSWORD, { reason, detail })
}
