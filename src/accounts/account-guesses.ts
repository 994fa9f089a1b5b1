import type { Handle } from '../db/handle.ts'
import { forgetAllGuesses, type Guarded } from '../passwords/guess-limits.ts'
import { networkOf } from '../platform/network-address.ts'
import { type Account, accountName, canonicalName, isEmail } from './account.ts'
import { findAccountByName } from './account-store.ts'

/** Guesses at passwords of accounts, as `passwords/guess-limits.ts` counts them. */
export const accountGuesses: Guarded = {
  prefix: 'of accounts ',
  hasSignedInFrom,
  action: 'account.slowed-down',
  async nameOf(db, name) {
    const account = await findAccountByName(db, name)
    return account && accountName(account)
  },
  // Behind one address are an office, or the server of a suite.
  givesBack: true,
}

/** All guesses at an account are forgotten, by whichever name. */
export async function forgetGuessesAtAccount(tx: Handle, account: Account): Promise<void> {
  const names = [account.username, account.email].flatMap(name => (name === null ? [] : canonicalName(name)))
  for (const name of [...names, account.id]) await forgetAllGuesses(tx, name, accountGuesses)
}

/** Whether somebody of this name signed in here from this network lately. */
async function hasSignedInFrom(db: Handle, name: string, network: string): Promise<boolean> {
  const rows = await db
    .selectFrom('account_sessions')
    .innerJoin('accounts', 'accounts.id', 'account_sessions.account_id')
    .select('account_sessions.address')
    .distinct()
    .where(isEmail(name) ? 'canonical_email' : 'canonical_username', '=', name)
    .execute()
  return rows.some(({ address }) => address !== null && networkOf(address) === network)
}
