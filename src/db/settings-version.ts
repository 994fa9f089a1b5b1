// One number that every change of settings (projects, clients, secrets, groups, keys) moves on, in its transaction.
// What a process keeps in memory of them is good as long as the number stands.
import { type Handle, prepare } from './handle.ts'

const selectVersion = prepare<Record<never, never>>()(db =>
  db.selectFrom('settings_version').select('version'),
)

/**
 * As the database says; on PostgreSQL as it said a moment ago (see settings-memory.ts). Asked before every request, and so
 * answered at once where the database answers at once.
 */
export function settingsVersion(db: Handle): Promise<number> | number {
  return db.settings ? db.settings.current(async () => askVersion(db)) : askVersion(db)
}

/** As the database says now. */
export function askVersion(db: Handle): Promise<number> | number {
  const row = selectVersion.first(db, {})
  return row instanceof Promise ? row.then(answer => answer!.version) : row!.version
}

export async function moveSettingsVersion(tx: Handle): Promise<void> {
  await tx
    .updateTable('settings_version')
    .set(eb => ({ version: eb('version', '+', 1) }))
    .execute()
  tx.settings?.moved()
}
