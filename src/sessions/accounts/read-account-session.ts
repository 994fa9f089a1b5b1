import type { Account } from '../../accounts/account.ts'
import {
  type AccountSession,
  findAccountSession,
  isLiveAccountSession,
  needsTouch,
  touchAccountSession,
} from '../../accounts/account-sessions.ts'
import { findAccount } from '../../accounts/account-store.ts'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../platform/clock.ts'

export interface SignedIn {
  readonly account: Account
  readonly session: AccountSession
}

/** Who is signed in by this secret, unless their account is disabled; asking keeps the session awake. */
export async function readAccountSession(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  token: string,
): Promise<SignedIn | undefined> {
  const now = clock.now()
  const session = await findAccountSession(database.read, token)
  if (!session || !isLiveAccountSession(session, now)) return undefined
  const account = await findAccount(database.read, session.accountId)
  if (!account || account.disabledAt !== null) return undefined
  if (needsTouch(session, now)) await database.write(tx => touchAccountSession(tx, session, now))
  return { account, session }
}
