import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { Clock } from '../platform/clock.ts'
import { type Actor, recordAudit } from './audit-log.ts'

type Detail = Record<string, unknown>

/** An entry of the audit log about an administrator, an account or an API key: they belong to no project. */
export async function noteChange(
  tx: Handle,
  actor: Actor,
  event: { readonly action: string; readonly target: string; readonly detail?: Detail },
  now: number,
): Promise<void> {
  await recordAudit(tx, actor, { detail: {}, ...event, projectId: null }, now)
}

/**
 * Makes a change to somebody and notes it, in one transaction: what is refused is not noted.
 * @param work says, beside what it returns, whom it was done to and what the audit log tells of it.
 */
export async function changeNoted<T>(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  actor: Actor,
  action: string,
  work: (tx: Handle, now: number) => Promise<{ result: T; target: string; detail: Detail }>,
): Promise<T> {
  const now = clock.now()
  return await database.write(async tx => {
    const { result, target, detail } = await work(tx, now)
    await noteChange(tx, actor, { action, target, detail }, now)
    return result
  })
}
