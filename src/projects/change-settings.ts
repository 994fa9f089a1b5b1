import { type Actor, type AuditEvent, recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { moveSettingsVersion } from '../db/settings-version.ts'

/**
 * The one way to change settings: the change, its audit entry and the new settings version are one transaction.
 * `change` returns its result and what to write into the audit log.
 */
export async function changeSettings<T>(
  database: Database,
  actor: Actor,
  now: number,
  change: (tx: Handle) => Promise<{ result: T; event: AuditEvent }>,
): Promise<T> {
  return await database.write(async tx => {
    const { result, event } = await change(tx)
    await recordAudit(tx, actor, event, now)
    await moveSettingsVersion(tx)
    return result
  })
}
