import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const statements = [
  // A project signs readers in by one standard at a time; what was begun under another one is worth nothing.
  `ALTER TABLE projects ADD COLUMN standard TEXT NOT NULL DEFAULT 'jwt'`,
  `ALTER TABLE codes ADD COLUMN standard TEXT NOT NULL DEFAULT 'jwt'`,

  // Who else vouches for readers: Google, Facebook, GitHub, an OpenID provider, a SAML identity provider.
  `CREATE TABLE identity_providers (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), kind TEXT NOT NULL, slug TEXT NOT NULL,
    name TEXT NOT NULL, settings TEXT NOT NULL, wrapped_secret BLOB, created_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
  ) STRICT`,
  `CREATE UNIQUE INDEX identity_providers_slug ON identity_providers (project_id, slug)`,
]

// biome-ignore lint/suspicious/noExplicitAny: a migration stands between two schemas and is typed by neither
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
