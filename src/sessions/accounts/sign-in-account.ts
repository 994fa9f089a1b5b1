import type { Account } from '../../accounts/account.ts'
import {
  type AccountSession,
  findAccountSession,
  openAccountSession,
} from '../../accounts/account-sessions.ts'
import { type AccountCredentials, accountStillHolds } from '../../accounts/account-store.ts'
import { accountChanged, checkAccountPassword } from '../../accounts/check-account-password.ts'
import type { Database } from '../../db/database.ts'
import type { Handle } from '../../db/handle.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Origin } from '../../platform/sign-in-origin.ts'
import { moveToCentral } from '../session-store.ts'
import { endCentralSession } from '../sign-off.ts'
import { moveSsoTokens } from './sso-token-store.ts'

export interface SignedInAccount {
  readonly account: Account
  readonly session: AccountSession
  /** For the browser's cookie. */
  readonly token: string
}

/**
 * Signs somebody in at the central login page: always a new session, so that one which somebody planted is worth nothing.
 * The one that this browser had before ends. What came of it belongs to the new one where it is the same account, and
 * ends with it where it is another.
 * @throws AppError as `checkAccountPassword`.
 */
export async function signInAccount(
  deps: { readonly database: Database; readonly clock: Clock },
  input: { readonly name: string; readonly password: string; readonly before: string | undefined },
  from: Origin,
): Promise<SignedInAccount> {
  const found = await checkAccountPassword(deps, input, from.address)
  const now = deps.clock.now()
  const opened = await deps.database.write(tx => open(tx, found, input.before, from, now))
  if (!opened) throw accountChanged()
  const { token, ...session } = opened
  return { account: found.account, session, token }
}

async function open(
  tx: Handle,
  found: AccountCredentials,
  before: string | undefined,
  from: Origin,
  now: number,
): Promise<(AccountSession & { readonly token: string }) | undefined> {
  if (!(await accountStillHolds(tx, found))) return undefined
  const opened = await openAccountSession(tx, found.account.id, from, now)
  const old = before === undefined ? undefined : await findAccountSession(tx, before)
  if (old && old.endedAt === null) {
    if (old.accountId === found.account.id) {
      await moveToCentral(tx, old.key, opened.key)
      await moveSsoTokens(tx, old.key, opened.key)
    }
    await endCentralSession(tx, old.key, 'replaced', now)
  }
  return opened
}
