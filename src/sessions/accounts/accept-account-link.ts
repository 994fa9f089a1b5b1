import { type Account, accountName } from '../../accounts/account.ts'
import { findAccountLink, takeAccountLink } from '../../accounts/account-links.ts'
import { findAccount, markEmailVerified } from '../../accounts/account-store.ts'
import { refuseWeakPassword } from '../../accounts/new-account-password.ts'
import { setAccountPassword } from '../../accounts/set-account-password.ts'
import { noteChange } from '../../audit/note-change.ts'
import type { Database } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import { hashPassword, type NewPassword } from '../../passwords/password.ts'
import type { Clock } from '../../platform/clock.ts'
import { endSessionsOfAccount } from '../end-sessions-of-account.ts'
import { actorOfAccount } from './actor-of-account.ts'
import { MAILED } from './mail-account-link.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/** Whose a link is. @throws AppError `invalid_grant` for a dead one, and for an account that is disabled. */
export async function readAccountLink({ database, clock }: Deps, token: string): Promise<Account> {
  const { accountId } = await findAccountLink(database.read, token, clock.now())
  const account = await findAccount(database.read, accountId)
  if (!account || account.disabledAt !== null)
    throw new AppError('invalid_grant', 'This link is worth nothing.')
  return account
}

/**
 * Takes a one-time link and sets the password: every session that the old one opened ends, everywhere.
 * @throws AppError `invalid_grant`; `invalid_request` with a `PasswordProblem` per field, the link unspent.
 */
export async function acceptAccountLink(
  deps: Deps,
  input: NewPassword & { readonly token: string },
  address: string,
): Promise<void> {
  const account = await readAccountLink(deps, input.token)
  refuseWeakPassword(input, account)
  const passwordHash = await hashPassword(input.password)
  const now = deps.clock.now()
  await deps.database.write(async tx => {
    const { createdBy } = await takeAccountLink(tx, input.token, now)
    await setAccountPassword(tx, account, passwordHash, now)
    if (createdBy === MAILED) await markEmailVerified(tx, account.id, now)
    await endSessionsOfAccount(tx, account.id, now)
    const detail = { id: account.id, linkMadeBy: createdBy }
    const event = { action: 'account.set-password', target: accountName(account), detail }
    await noteChange(tx, actorOfAccount(account, address), event, now)
  })
}
