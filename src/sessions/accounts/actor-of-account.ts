import { type Account, accountName } from '../../accounts/account.ts'
import type { Actor } from '../../audit/audit-log.ts'

/** An account as the audit log names it. */
export function actorOfAccount(account: Account, address: string): Actor {
  return { name: `account:${accountName(account)}`, origin: address }
}
