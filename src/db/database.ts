// The database, opened from one URL: a SQLite file, or a PostgreSQL server. `read` sees what is committed; every change
// goes through `write`, which groups the changes of concurrent requests into one durable transaction.
import { isPostgresUrl } from '../platform/database-url.ts'
import type { Database, DatabaseOptions } from './database-interface.ts'
import { openPostgres } from './postgres-database.ts'
import { openSqliteDatabase } from './sqlite-database.ts'

export type { Database, DatabaseOptions }

/**
 * Opens the database: a path makes, where there is none yet, a SQLite file; a `postgres:` URL connects when first asked.
 * It is not migrated here: see `migrate`.
 * @throws Error with a sentence for the operator where a file or its folder can't be used.
 */
export function openDatabase(location: string, options: DatabaseOptions = {}): Database {
  return isPostgresUrl(location) ? openPostgres(location, options) : openSqliteDatabase(location, options)
}
