import { migrations } from '../../migrations/index.ts'
import { AppError } from '../errors.ts'
import type { Database } from './database.ts'
import type { Handle } from './handle.ts'
import { postgresSpelling } from './spell-migrations.ts'

export interface MigrationStatus {
  readonly version: number
  readonly name: string
  readonly appliedAt: number | null
}

/** Stands among the versions of a database as long as a copy into it is not complete; see copy/unfinished.ts. */
export const UNFINISHED_COPY = 1_000_000

/**
 * Brings the database to the newest version, forward only; several processes may call it at once.
 * @returns the versions that were applied now.
 * @throws Error with a sentence for the operator where the database comes from a newer Gatepass, or can't be used.
 */
export async function migrate(database: Database, now: number): Promise<number[]> {
  const pending = (await migrationStatus(database)).filter(migration => migration.appliedAt === null)
  if (pending.length === 0) return []
  return await database.write(async tx => {
    await tx.runner.takeTime?.()
    const applied = await appliedVersions(tx)
    const spelled = tx.dialect === 'postgres' ? tx.withPlugin(postgresSpelling) : tx
    const done: number[] = []
    for (const migration of migrations) {
      if (applied.has(migration.version)) continue
      await migration.up(spelled)
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
  const applied = await database.write(appliedVersions).catch(error => {
    throw whyNot(database, error)
  })
  const newest = Math.max(0, ...applied.keys())
  const known = migrations.at(-1)?.version ?? 0
  if (newest === UNFINISHED_COPY) {
    throw new Error(
      `The copy into the database ${database.name} is not finished: run the same "gatepass db copy" again.`,
    )
  }
  if (newest > known) {
    throw new Error(
      `The database is at version ${newest} and this Gatepass knows versions up to ${known}: ` +
        'it was written by a newer Gatepass. Start that version, or restore a backup from before the upgrade.',
    )
  }
  return migrations.map(({ version, name }) => ({ version, name, appliedAt: applied.get(version) ?? null }))
}

/** The first that is asked of a database is its version: whoever starts a node is told here why that cannot be. */
function whyNot({ name, dialect }: Database, error: unknown): unknown {
  if (dialect !== 'postgres' || !(error instanceof AppError) || !(error.cause instanceof Error)) return error
  const { message, code } = error.cause as NodeJS.ErrnoException
  return new Error(`The database ${name}, which DATABASE_URL names, cannot be used: ${message || code}`, {
    cause: error,
  })
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
