import type { Kysely } from 'kysely'
import { sql } from 'kysely'

// biome-ignore lint/suspicious/noExplicitAny: a migration stands between two schemas and is typed by neither
export async function up(db: Kysely<any>): Promise<void> {
  // Projects that exist keep what they do: their login endpoints may echo nothing.
  await sql.raw(`ALTER TABLE projects ADD COLUMN binding TEXT NOT NULL DEFAULT 'off'`).execute(db)
}
