import { findAccountSession } from '../../accounts/account-sessions.ts'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../platform/clock.ts'
import { endCentralSession } from '../sign-off.ts'

/**
 * Central sign-off: the session of this browser ends with all that came of it in every project, and their sites are told.
 * One that has fallen asleep is signed off too: what it opened may be awake.
 */
export async function signOffAccount(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  token: string,
): Promise<void> {
  const now = clock.now()
  await database.write(async tx => {
    const session = await findAccountSession(tx, token)
    if (session) await endCentralSession(tx, session.key, 'logout', now)
  })
}
