import { accountName } from '../../accounts/account.ts'
import { noteChange } from '../../audit/note-change.ts'
import type { Database } from '../../db/database.ts'
import { decodeBase64url } from '../../platform/base64url.ts'
import type { Clock } from '../../platform/clock.ts'
import { endAccountSessions } from '../end-account-sessions.ts'
import { endSessionsOfAccount } from '../end-sessions-of-account.ts'
import { actorOfAccount } from './actor-of-account.ts'
import type { SignedIn } from './read-account-session.ts'

/**
 * Ends sessions of one's own, each with all that came of it.
 * @param which `all`, JWTs of the account API among them; `others`: all browsers but this; or the ID of one
 */
export async function endOwnSessions(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { account, session }: SignedIn,
  which: string,
  address: string,
): Promise<void> {
  const now = clock.now()
  const key = decodeBase64url(which, 32)
  await database.write(async tx => {
    if (which === 'all') await endSessionsOfAccount(tx, account.id, now)
    else if (which === 'others')
      await endAccountSessions(tx, account.id, { except: session.key }, 'logout', now)
    else if (!key || (await endAccountSessions(tx, account.id, { key }, 'logout', now)) === 0) return
    const detail = { id: account.id, which: ['all', 'others'].includes(which) ? which : 'one' }
    const event = { action: 'account.end-sessions', target: accountName(account), detail }
    await noteChange(tx, actorOfAccount(account, address), event, now)
  })
}
