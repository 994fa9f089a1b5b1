import type { Database } from '../db/database.ts'
import { takeRegistration } from '../passwords/guess-limits.ts'
import type { Clock } from '../platform/clock.ts'
import { accountProblems, refuseProblems, tidyAccount } from './account.ts'
import { composedPasswordProblem } from './composed-password.ts'
import { type CreatedAccount, createAccount } from './create-account.ts'

/** What somebody sends who registers over the account API. */
export interface Registration {
  readonly username: string
  readonly email: string
  readonly password: string
  readonly type: 'user' | 'developer'
}

/**
 * An account that somebody makes for themselves. Nobody has vouched for its e-mail address.
 * @throws AppError `invalid_request` with a problem per field, `conflict` for names that are taken, `slow_down` after a
 * hundred in a quarter of an hour from one network.
 */
export async function registerAccount(
  deps: { readonly database: Database; readonly clock: Clock },
  input: Registration,
  address: string,
): Promise<CreatedAccount> {
  await takeRegistration(deps.database, address, deps.clock.now())
  const { password, ...named } = input
  const account = tidyAccount({ ...named, name: '', scope: '' })
  const problem = composedPasswordProblem(password, [named.username, named.email])
  const missing = (['username', 'email'] as const).filter(field => account[field] === null)
  refuseProblems([
    ...missing.map(field => ({ field, problem: 'must not be empty' })),
    ...(missing.length === 2 ? [] : accountProblems(account)),
    ...(problem === undefined ? [] : [{ field: 'password', problem }]),
  ])
  const actor = { name: 'account API', origin: address }
  return await createAccount(deps, actor, { ...account, password, emailVerified: false })
}
