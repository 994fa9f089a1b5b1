import { ACCOUNT_ISSUER } from '../accounts/account.ts'
import type { Handle } from '../db/handle.ts'
import { endAccountSessions } from './end-account-sessions.ts'
import { endAllSessions } from './end-sessions-of-reader.ts'

/**
 * Ends every session of an account: at the login page of this server, in every project whose reader it is, and the JWTs
 * of the account API. `projectId`: in this project alone.
 */
export async function endSessionsOfAccount(
  tx: Handle,
  accountId: string,
  now: number,
  projectId?: string,
): Promise<void> {
  if (projectId === undefined) await endAccountSessions(tx, accountId, {}, 'administrator', now)
  const readers = await tx
    .selectFrom('readers')
    .innerJoin('projects', 'projects.id', 'readers.project_id')
    .select('readers.id')
    .where('external_id', '=', `${ACCOUNT_ISSUER} ${accountId}`)
    .$if(projectId !== undefined, query => query.where('project_id', '=', projectId!))
    .execute()
  for (const { id } of readers) await endAllSessions(tx, id, now)
}
