import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const statements = [
  // A site client becomes an ordinary OpenID Connect client: where it may be sent to, how it proves who it is.
  `ALTER TABLE projects ADD COLUMN site_elsewhere INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE clients ADD COLUMN name TEXT NOT NULL DEFAULT ''`,
  `ALTER TABLE clients ADD COLUMN auth_method TEXT NOT NULL DEFAULT 'client_secret'`,
  `ALTER TABLE clients ADD COLUMN redirect_uris TEXT NOT NULL DEFAULT '[]'`,
  `ALTER TABLE clients ADD COLUMN post_logout_redirect_uris TEXT NOT NULL DEFAULT '[]'`,
  `ALTER TABLE clients ADD COLUMN backchannel_logout_uri TEXT`,
  `ALTER TABLE clients ADD COLUMN jwks TEXT`,
  `ALTER TABLE clients ADD COLUMN id_token_algorithm TEXT`,

  // Codes of the authorization endpoint live beside pushed ones, under the same rules: taken once, reuse revokes.
  `CREATE TABLE codes_new (
    key BLOB PRIMARY KEY, project_id TEXT NOT NULL, client_id TEXT NOT NULL, secret_id TEXT,
    reader_id TEXT NOT NULL, validity_minutes INTEGER NOT NULL, redirect_path TEXT, code_challenge TEXT,
    trace_id TEXT NOT NULL, expires_at INTEGER NOT NULL, redeemed_at INTEGER, session_key BLOB, authorization TEXT
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO codes_new SELECT *, NULL FROM codes`,
  `DROP TABLE codes`,
  `ALTER TABLE codes_new RENAME TO codes`,

  // A session of tokens knows its client and the central session that it came of.
  `ALTER TABLE sessions ADD COLUMN central_key BLOB`,
  `ALTER TABLE sessions ADD COLUMN client_id TEXT`,
  `ALTER TABLE sessions ADD COLUMN auth_time INTEGER`,
  `CREATE INDEX sessions_central ON sessions (central_key) WHERE central_key IS NOT NULL`,
  // Whom to tell when all sessions of a reader end: only sessions of OpenID Connect clients pay for this index.
  `CREATE INDEX sessions_told ON sessions (reader_id) WHERE client_id IS NOT NULL`,

  `CREATE TABLE pending_authorizations (
    key BLOB PRIMARY KEY, project_id TEXT NOT NULL, client_id TEXT NOT NULL, request TEXT NOT NULL,
    trace_id TEXT NOT NULL, ticket_hash BLOB, site_session_key BLOB, expires_at INTEGER NOT NULL, used_at INTEGER
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE pushed_requests (
    key BLOB PRIMARY KEY, client_id TEXT NOT NULL, parameters TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE refresh_tokens (
    key BLOB PRIMARY KEY, session_key BLOB NOT NULL, client_id TEXT NOT NULL, scope TEXT NOT NULL, nonce TEXT,
    validity_minutes INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE used_assertions (client_id TEXT NOT NULL, jti TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (client_id, jti)) STRICT, WITHOUT ROWID`,
  `CREATE INDEX used_assertions_over ON used_assertions (expires_at)`,

  `CREATE TABLE logout_notices (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, client_id TEXT NOT NULL, reader_id TEXT NOT NULL, sid TEXT,
    trace_id TEXT NOT NULL, created_at INTEGER NOT NULL, tries INTEGER NOT NULL, due_at INTEGER,
    claimed_until INTEGER, delivered_at INTEGER, last_problem TEXT
  ) STRICT, WITHOUT ROWID`,
  // With the client, so that the backlog of a site that is down is walked past without reading its rows.
  `CREATE INDEX logout_notices_due ON logout_notices (due_at, client_id) WHERE due_at IS NOT NULL`,
]

// biome-ignore lint/suspicious/noExplicitAny: a migration stands between two schemas and is typed by neither
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
