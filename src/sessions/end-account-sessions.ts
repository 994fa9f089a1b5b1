import { listAccountSessions } from '../accounts/account-sessions.ts'
import type { Handle } from '../db/handle.ts'
import type { EndReason } from './session.ts'
import { endCentralSession } from './sign-off.ts'

/**
 * Ends sessions of an account at the central login page (all but `except`, or `key` alone), with all that came of
 * them in every project, and leaves word for the sites. @returns how many.
 */
export async function endAccountSessions(
  tx: Handle,
  accountId: string,
  which: { readonly key?: Uint8Array; readonly except?: Uint8Array },
  reason: EndReason,
  now: number,
): Promise<number> {
  const { key, except } = which
  const meant = (await listAccountSessions(tx, accountId)).filter(
    session => (!key || session.key.equals(key)) && !(except && session.key.equals(except)),
  )
  for (const session of meant) await endCentralSession(tx, session.key, reason, now)
  return meant.length
}
