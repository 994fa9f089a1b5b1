import { AppError, type FieldProblem } from '../errors.ts'
import { LEAST_ALONE, type NewPassword, type PasswordFlaw, passwordFlaw } from '../passwords/password.ts'
import type { Account } from './account.ts'

/** Why a new password is not taken, as the pages of accounts say it in the language of whoever reads it. */
export type PasswordProblem = PasswordFlaw | 'different' | 'current'

/**
 * Refuses a new password that its owner typed twice on a page of ours. It is used alone, so it has to be long.
 * @throws AppError `invalid_request`; the problem of each field is a `PasswordProblem`.
 */
export function refuseWeakPassword(
  { password, repeated }: NewPassword,
  { username, email, name }: Account,
): void {
  const flaw = passwordFlaw(password, [username ?? '', email ?? '', name], LEAST_ALONE)
  const fields: FieldProblem[] = [
    ...(flaw === undefined ? [] : [{ field: 'password', problem: flaw }]),
    ...(password === repeated ? [] : [{ field: 'repeated', problem: 'different' }]),
  ]
  if (fields.length > 0) throw passwordRefused(fields)
}

/** The password that stands is not the one that was typed. */
export function notCurrentPassword(): AppError {
  return passwordRefused([{ field: 'current', problem: 'current' }])
}

function passwordRefused(fields: readonly FieldProblem[]): AppError {
  return new AppError('invalid_request', 'The password cannot be taken.', { fields })
}
