import type { Kysely } from 'kysely'
import { sql } from 'kysely'

// STRICT and WITHOUT ROWID are SQLite's; PostgreSQL gets its own spelling when it comes.
const statements = [
  `CREATE TABLE settings_version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL) STRICT`,
  `INSERT INTO settings_version (id, version) VALUES (1, 1)`,

  `CREATE TABLE projects (
    id TEXT PRIMARY KEY, slug TEXT NOT NULL, name TEXT NOT NULL,
    site_url TEXT NOT NULL, site_host TEXT NOT NULL, site_folder TEXT,
    login_url TEXT NOT NULL, logout_url TEXT,
    jwt_enabled INTEGER NOT NULL, home_published INTEGER NOT NULL,
    unknown_groups TEXT NOT NULL, path_rules TEXT NOT NULL, allowed_redirects TEXT NOT NULL,
    signing_algorithm TEXT NOT NULL, outstanding_codes_limit INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER
  ) STRICT`,
  // A deleted project's slug and site are free again at once; its rows are purged in small steps.
  `CREATE UNIQUE INDEX projects_slug ON projects (slug) WHERE deleted_at IS NULL`,
  `CREATE UNIQUE INDEX projects_site_host ON projects (site_host) WHERE deleted_at IS NULL`,

  `CREATE TABLE clients (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), kind TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX clients_project ON clients (project_id)`,
  `CREATE TABLE client_secrets (
    id TEXT PRIMARY KEY, client_id TEXT NOT NULL REFERENCES clients (id), label TEXT NOT NULL,
    hash BLOB NOT NULL, hint TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, last_used_at INTEGER
  ) STRICT`,
  `CREATE INDEX client_secrets_client ON client_secrets (client_id)`,

  `CREATE TABLE reader_groups (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id),
    slug TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE UNIQUE INDEX reader_groups_slug ON reader_groups (project_id, slug)`,

  `CREATE TABLE readers (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL, external_id TEXT NOT NULL,
    username TEXT NOT NULL, first_name TEXT NOT NULL, last_name TEXT NOT NULL, email TEXT NOT NULL,
    group_ids TEXT NOT NULL, blocked_at INTEGER, sessions_ended_at INTEGER,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE UNIQUE INDEX readers_external_id ON readers (project_id, external_id)`,

  // Keyed by time-ordered secrets' hashes: no other index, so that a row written is one page touched.
  `CREATE TABLE codes (
    key BLOB PRIMARY KEY, project_id TEXT NOT NULL, client_id TEXT NOT NULL, secret_id TEXT NOT NULL,
    reader_id TEXT NOT NULL, validity_minutes INTEGER NOT NULL, redirect_path TEXT, code_challenge TEXT,
    trace_id TEXT NOT NULL, expires_at INTEGER NOT NULL, redeemed_at INTEGER, session_key BLOB
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE sessions (
    key BLOB PRIMARY KEY, project_id TEXT NOT NULL, reader_id TEXT NOT NULL, kind TEXT NOT NULL,
    trace_id TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    ended_at INTEGER, end_reason TEXT
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY, algorithm TEXT NOT NULL, public_jwk TEXT NOT NULL, wrapped_private_key BLOB NOT NULL,
    created_at INTEGER NOT NULL, retired_at INTEGER
  ) STRICT`,
  // Two processes that start at once agree on one key: the second insert of an active one fails.
  `CREATE UNIQUE INDEX signing_keys_active ON signing_keys (algorithm) WHERE retired_at IS NULL`,

  `CREATE TABLE attempt_steps (
    trace_id TEXT NOT NULL, id BLOB NOT NULL, project_id TEXT, at INTEGER NOT NULL, step TEXT NOT NULL,
    outcome TEXT NOT NULL, reason TEXT, reader TEXT, address TEXT, detail TEXT NOT NULL,
    PRIMARY KEY (trace_id, id)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE audit_events (
    id TEXT PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, origin TEXT NOT NULL,
    project_id TEXT, action TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
]

// biome-ignore lint/suspicious/noExplicitAny: a migration stands between two schemas and is typed by neither
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
