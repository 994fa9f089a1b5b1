import type { Database } from './database.ts'
import type { DialectName } from './handle.ts'

export interface DatabaseFacts {
  /** As people may see it: the path of the file, or the server's URL without its password. */
  readonly name: string
  readonly dialect: DialectName
  /** Bytes; null where the file cannot be looked at. */
  readonly size: number | null
  /** Bytes of the write-ahead log beside it, which holds the newest changes; PostgreSQL keeps its own. */
  readonly logSize: number
  readonly schema: { readonly version: number; readonly name: string; readonly appliedAt: number }
}

/** What an operator wants to know of a database that was migrated. */
export async function readDatabaseFacts(database: Database): Promise<DatabaseFacts> {
  const newest = await database.read
    .selectFrom('schema_migrations')
    .select(['version', 'name', 'applied_at'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return {
    name: database.name,
    dialect: database.dialect,
    ...(await database.sizes()),
    schema: { version: newest.version, name: newest.name, appliedAt: newest.applied_at },
  }
}
