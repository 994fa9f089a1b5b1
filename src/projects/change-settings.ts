import { type Actor, type AuditEvent, recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { moveSettingsVersion } from '../db/settings-version.ts'

/** What came of a change inside a transaction, and what the audit log is to say of it. */
export interface Change<T> {
  readonly result: T
  readonly event: AuditEvent
}

/**
 * The one way to change settings: the change, its audit entry and the new settings version are one transaction.
 * `change` returns its result and what to write into the audit log.
 */
export async function changeSettings<T>(
  database: Database,
  actor: Actor,
  now: number,
  change: (tx: Handle) => Promise<Change<T>>,
): Promise<T> {
  return await changeManySettings(database, actor, now, async tx => {
    const { result, event } = await change(tx)
    return { result, events: [event] }
  })
}

/** As `changeSettings` for changes that are made together or not at all; without an event nothing was changed. */
export async function changeManySettings<T>(
  database: Database,
  actor: Actor,
  now: number,
  change: (tx: Handle) => Promise<{ result: T; events: readonly AuditEvent[] }>,
): Promise<T> {
  return await database.write(async tx => {
    const { result, events } = await change(tx)
    for (const event of events) await recordAudit(tx, actor, event, now)
    if (events.length > 0) await moveSettingsVersion(tx)
    return result
  })
}
