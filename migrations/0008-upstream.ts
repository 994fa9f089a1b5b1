import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const statements = [
  // Sign-ins that were sent to an OpenID or SAML provider and have not come back. The key is that of the secret which
  // travels as `state` or `RelayState`; the request holds what the answer is checked against.
  `CREATE TABLE upstream_sign_ins (
    key BLOB PRIMARY KEY, project_id TEXT NOT NULL, provider_id TEXT NOT NULL, request TEXT NOT NULL,
    trace_id TEXT NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER
  ) STRICT, WITHOUT ROWID`,
  // Assertions that were taken, for as long as they would be valid.
  `CREATE TABLE used_saml_assertions (
    provider_id TEXT NOT NULL, assertion_id TEXT NOT NULL, expires_at INTEGER NOT NULL,
    PRIMARY KEY (provider_id, assertion_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX used_saml_assertions_over ON used_saml_assertions (expires_at)`,
]

// biome-ignore lint/suspicious/noExplicitAny: a migration stands between two schemas and is typed by neither
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
