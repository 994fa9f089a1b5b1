import type { Kysely } from 'kysely'
import { sql } from 'kysely'

// `retired_at` is now the moment at which the successor signs, and may lie ahead. So the index of the first migration
// goes on saying what it says: one key of each algorithm has no successor, and only one process can give it one.
const statements = [
  `ALTER TABLE signing_keys ADD COLUMN signs_from INTEGER NOT NULL DEFAULT 0`,
  `UPDATE signing_keys SET signs_from = created_at`,
  `ALTER TABLE signing_keys ADD COLUMN removed_at INTEGER`,
]

// biome-ignore lint/suspicious/noExplicitAny: a migration stands between two schemas and is typed by neither
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
