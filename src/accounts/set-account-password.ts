import type { Handle } from '../db/handle.ts'
import type { Account } from './account.ts'
import { forgetGuessesAtAccount } from './account-guesses.ts'
import { voidAccountLinks } from './account-links.ts'
import { setAccountPasswordHash } from './account-store.ts'

/**
 * A new password: links are void, guesses at the old one forgotten. The sessions that the old one opened are ended by who
 * calls (sessions/end-sessions-of-account.ts).
 */
export async function setAccountPassword(
  tx: Handle,
  account: Account,
  passwordHash: string,
  now: number,
): Promise<void> {
  await setAccountPasswordHash(tx, account.id, passwordHash)
  await voidAccountLinks(tx, account.id, now)
  await forgetGuessesAtAccount(tx, account)
}
