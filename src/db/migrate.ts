import { migrations } from '../../migrations/index.ts'
import type { Database } from './database.ts'
import type { Handle } from './handle.ts'

export interface MigrationStatus {
  readonly version: number
  readonly name: string
  readonly appliedAt: number | null
}

/**
 * Brings the database to the newest version, forward only; several processes may call it at once.
 * @returns the versions that were applied now.
 * @throws Error with a sentence for the operator where the database comes from a newer Gatepass.
 */
export async function migrate(database: Database, now: number): Promise<number[]> {
  const pending = (await migrationStatus(database)).filter(migration => migration.appliedAt === null)
  if (pending.length === 0) return []
  return await database.write(async tx => {
    const applied = await appliedVersions(tx)
    const done: number[] = []
    for (const migration of migrations) {
      if (applied.has(migration.version)) continue
      await migration.up(tx)
      await tx
        .insertInto('schema_migrations')
        .values({ version: migration.version, name: migration.name, applied_at: now })
        .execute()
      done.push(migration.version)
    }
    return done
  })
}

/** Every migration that this program knows and when it was applied. Throws where the database knows more. */
export async function migrationStatus(database: Database): Promise<MigrationStatus[]> {
  const applied = await database.write(appliedVersions)
  const newest = Math.max(0, ...applied.keys())
  const known = migrations.at(-1)?.version ?? 0
  if (newest > known) {
    throw new Error(
      `The database is at version ${newest} and this Gatepass knows versions up to ${known}: ` +
        'it was written by a newer Gatepass. Start that version, or restore a backup from before the upgrade.',
    )
  }
  return migrations.map(({ version, name }) => ({ version, name, appliedAt: applied.get(version) ?? null }))
}

async function appliedVersions(tx: Handle): Promise<Map<number, number>> {
  await tx.schema
    .createTable('schema_migrations')
    .ifNotExists()
    .addColumn('version', 'integer', column => column.primaryKey())
    .addColumn('name', 'text', column => column.notNull())
    .addColumn('applied_at', 'bigint', column => column.notNull())
    .execute()
  const rows = await tx.selectFrom('schema_migrations').select(['version', 'applied_at']).execute()
  return new Map(rows.map(row => [row.version, row.applied_at]))
}
