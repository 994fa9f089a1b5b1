import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const statements = [
  // Each setting that people edit knows how often it was changed: the later of two editors is told.
  `ALTER TABLE projects ADD COLUMN version INTEGER NOT NULL DEFAULT 1`,
  `ALTER TABLE projects ADD COLUMN logo_url TEXT`,
  `ALTER TABLE projects ADD COLUMN accent_color TEXT`,
  `ALTER TABLE projects ADD COLUMN min_token_validity INTEGER NOT NULL DEFAULT 5`,
  `ALTER TABLE projects ADD COLUMN max_token_validity INTEGER NOT NULL DEFAULT 1440`,
  `ALTER TABLE projects ADD COLUMN default_token_validity INTEGER NOT NULL DEFAULT 15`,
  `ALTER TABLE clients ADD COLUMN version INTEGER NOT NULL DEFAULT 1`,
  `ALTER TABLE reader_groups ADD COLUMN version INTEGER NOT NULL DEFAULT 1`,

  // Administrators are no readers: they share no table with whom a login endpoint pushes.
  `CREATE TABLE administrators (
    id TEXT PRIMARY KEY, email TEXT NOT NULL, canonical_email TEXT NOT NULL, name TEXT NOT NULL,
    role TEXT NOT NULL, project_ids TEXT, password_hash TEXT, wrapped_totp_secret BLOB, totp_step INTEGER,
    created_at INTEGER NOT NULL, disabled_at INTEGER, version INTEGER NOT NULL DEFAULT 1
  ) STRICT, WITHOUT ROWID`,
  `CREATE UNIQUE INDEX administrators_email ON administrators (canonical_email)`,
  // One-time links: the first administrator, an invitation, a forgotten password.
  `CREATE TABLE administrator_links (
    key BLOB PRIMARY KEY, administrator_id TEXT, created_by TEXT NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, used_at INTEGER
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE administrator_sessions (
    key BLOB PRIMARY KEY, administrator_id TEXT NOT NULL, created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, ended_at INTEGER, address TEXT, user_agent TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX administrator_sessions_of ON administrator_sessions (administrator_id)`,
  `CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, project_ids TEXT, hash BLOB NOT NULL,
    hint TEXT NOT NULL, administrator_id TEXT, created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER,
    revoked_at INTEGER, last_used_at INTEGER
  ) STRICT, WITHOUT ROWID`,
  `CREATE UNIQUE INDEX api_keys_hash ON api_keys (hash)`,
  // What was answered to a creating request, sealed with a key that only its caller has.
  `CREATE TABLE idempotency_keys (
    key BLOB PRIMARY KEY, request_hash BLOB NOT NULL, status INTEGER, sealed_answer BLOB, created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX idempotency_keys_made ON idempotency_keys (created_at)`,
  // Guesses at passwords, counted for all processes.
  `CREATE TABLE guess_counters (
    key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX guess_counters_over ON guess_counters (ends_at)`,

  // Only failed steps pay for being found by project; a passed sign-in writes no index.
  `CREATE INDEX attempt_steps_failed ON attempt_steps (project_id, trace_id) WHERE outcome = 'failed'`,
  // Sign-ins by the hour in which they began, counted once the hour is over.
  `CREATE TABLE sign_in_counts (
    project_id TEXT NOT NULL, hour INTEGER NOT NULL, passed INTEGER NOT NULL, failed INTEGER NOT NULL,
    PRIMARY KEY (project_id, hour)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX audit_events_project ON audit_events (project_id, id)`,
  // The few that a client's page shows: delivered notices, which are nearly all, are not in it.
  `CREATE INDEX logout_notices_undelivered ON logout_notices (client_id, id) WHERE delivered_at IS NULL`,
]

// biome-ignore lint/suspicious/noExplicitAny: a migration stands between two schemas and is typed by neither
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
