import { statSync } from 'node:fs'
import type { Handle } from './handle.ts'

export interface DatabaseFacts {
  /** Bytes; null where the file cannot be looked at. */
  readonly size: number | null
  /** Bytes of the write-ahead log beside it, which holds the newest changes. */
  readonly logSize: number
  readonly schema: { readonly version: number; readonly name: string; readonly appliedAt: number }
}

/** What an operator wants to know of a database that was migrated. */
export async function readDatabaseFacts(db: Handle, file: string): Promise<DatabaseFacts> {
  const newest = await db
    .selectFrom('schema_migrations')
    .select(['version', 'name', 'applied_at'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return {
    size: sizeOf(file),
    logSize: sizeOf(`${file}-wal`) ?? 0,
    schema: { version: newest.version, name: newest.name, appliedAt: newest.applied_at },
  }
}

function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null
}
