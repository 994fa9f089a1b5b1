import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const statements = [
  // People with a password here. One account may belong to several projects; it becomes a reader of each at its first
  // sign-in there. Administrators are somebody else and share nothing with this table.
  `CREATE TABLE accounts (
    id TEXT PRIMARY KEY, username TEXT, canonical_username TEXT, email TEXT, canonical_email TEXT,
    name TEXT NOT NULL DEFAULT '', type TEXT NOT NULL DEFAULT 'user', scope TEXT NOT NULL DEFAULT '',
    password_hash TEXT, api_key_hash BLOB, api_key_hint TEXT, email_verified_at INTEGER,
    created_at INTEGER NOT NULL, disabled_at INTEGER, version INTEGER NOT NULL DEFAULT 1
  ) STRICT, WITHOUT ROWID`,
  `CREATE UNIQUE INDEX accounts_username ON accounts (canonical_username) WHERE canonical_username IS NOT NULL`,
  `CREATE UNIQUE INDEX accounts_email ON accounts (canonical_email) WHERE canonical_email IS NOT NULL`,
  `CREATE TABLE account_members (
    account_id TEXT NOT NULL, project_id TEXT NOT NULL, group_ids TEXT NOT NULL DEFAULT '[]',
    created_at INTEGER NOT NULL, PRIMARY KEY (account_id, project_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX account_members_of_project ON account_members (project_id, account_id)`,
  // Who may sign in to a project of the standard accounts: its members, or everybody who has an account.
  `ALTER TABLE projects ADD COLUMN account_admission TEXT NOT NULL DEFAULT 'members'`,
  // The developer who made the project as a suite over the account API.
  `ALTER TABLE projects ADD COLUMN suite_account_id TEXT`,
  // A suite may have no site at all.
  `DROP INDEX projects_site_host`,
  `CREATE UNIQUE INDEX projects_site_host ON projects (site_host) WHERE deleted_at IS NULL AND site_host <> ''`,

  // One-time links: an invitation, a forgotten password.
  `CREATE TABLE account_links (
    key BLOB PRIMARY KEY, account_id TEXT NOT NULL, created_by TEXT NOT NULL, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, used_at INTEGER
  ) STRICT, WITHOUT ROWID`,
  // The browser of somebody who is signed in at the central login page. Its key is the central_key of every session
  // that comes of it, in whatever project, so that a sign-off ends them all.
  `CREATE TABLE account_sessions (
    key BLOB PRIMARY KEY, account_id TEXT NOT NULL, created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, ended_at INTEGER, end_reason TEXT, address TEXT, user_agent TEXT NOT NULL DEFAULT ''
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX account_sessions_of ON account_sessions (account_id)`,
  `ALTER TABLE codes ADD COLUMN central_key BLOB`,
  // What a service was handed for its user, bound to the service's origin and to the session it stands for.
  `CREATE TABLE sso_tokens (
    key BLOB PRIMARY KEY, project_id TEXT NOT NULL, account_session_key BLOB NOT NULL, session_key BLOB NOT NULL,
    target_origin TEXT NOT NULL, created_at INTEGER NOT NULL, first_used_at INTEGER
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX sso_tokens_of ON sso_tokens (account_session_key)`,
]

// biome-ignore lint/suspicious/noExplicitAny: a migration stands between two schemas and is typed by neither
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
