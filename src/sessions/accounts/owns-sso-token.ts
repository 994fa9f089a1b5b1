import { findAccountSession } from '../../accounts/account-sessions.ts'
import type { Database } from '../../db/database.ts'
import { findSsoToken } from './sso-token-store.ts'

/** Whether a service's token came of the session of this secret. */
export async function ownsSsoToken(
  { database }: { readonly database: Database },
  session: string,
  token: string,
): Promise<boolean> {
  const [found, owner] = [
    await findSsoToken(database.read, token),
    await findAccountSession(database.read, session),
  ]
  return found !== undefined && owner !== undefined && found.accountSessionKey.equals(owner.key)
}
