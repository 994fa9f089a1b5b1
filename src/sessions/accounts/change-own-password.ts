import { type Account, accountName } from '../../accounts/account.ts'
import { openAccountSession } from '../../accounts/account-sessions.ts'
import { accountStillHolds } from '../../accounts/account-store.ts'
import { accountChanged, checkAccountPassword } from '../../accounts/check-account-password.ts'
import { notCurrentPassword, refuseWeakPassword } from '../../accounts/new-account-password.ts'
import { setAccountPassword } from '../../accounts/set-account-password.ts'
import { noteChange } from '../../audit/note-change.ts'
import type { Database } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import { hashPassword, type NewPassword } from '../../passwords/password.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Origin } from '../../platform/sign-in-origin.ts'
import { endSessionsOfAccount } from '../end-sessions-of-account.ts'
import { actorOfAccount } from './actor-of-account.ts'

/**
 * Changes one's own password, which asks for the present one: an unlocked computer is not enough. Every session ends,
 * that of this browser too, which gets a new one.
 * @returns the new session's secret for the cookie.
 * @throws AppError `invalid_request` with a `PasswordProblem` per field, `slow_down`.
 */
export async function changeOwnPassword(
  deps: { readonly database: Database; readonly clock: Clock },
  account: Account,
  input: NewPassword & { readonly current: string },
  from: Origin,
): Promise<string> {
  refuseWeakPassword(input, account)
  const found = await checkAccountPassword(
    deps,
    { name: accountName(account), password: input.current },
    from.address,
  ).catch(refusal => {
    throw refusal instanceof AppError && refusal.code === 'access_denied' ? notCurrentPassword() : refusal
  })
  const passwordHash = await hashPassword(input.password)
  const now = deps.clock.now()
  const token = await deps.database.write(async tx => {
    if (!(await accountStillHolds(tx, found))) return undefined
    await setAccountPassword(tx, account, passwordHash, now)
    await endSessionsOfAccount(tx, account.id, now)
    const event = { action: 'account.set-password', target: accountName(account), detail: { id: account.id } }
    await noteChange(tx, actorOfAccount(account, from.address), event, now)
    return (await openAccountSession(tx, account.id, from, now)).token
  })
  if (token === undefined) throw accountChanged()
  return token
}
