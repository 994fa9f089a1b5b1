// The browser of somebody who signed in at the central login page. Its row's key is the central key of every session
// that comes of it, at whatever site: what ends with it stands in sessions/sign-off.ts.
import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import { keyOfSecret, newOneTimeSecret } from '../platform/one-time-secret.ts'
import type { Origin } from '../platform/sign-in-origin.ts'

const MINUTE = 60_000
/** Milliseconds: over after a working day, and after an hour in which no site asked. */
export const ACCOUNT_SESSION_LIFE = 12 * 60 * MINUTE
export const ACCOUNT_IDLE_LIFE = 60 * MINUTE

export interface AccountSession {
  readonly key: Buffer
  readonly accountId: string
  /** When the password was typed, in milliseconds. */
  readonly createdAt: number
  readonly lastSeenAt: number
  /** The end that nothing puts off. */
  readonly expiresAt: number
  readonly endedAt: number | null
  readonly address: string | null
  readonly userAgent: string
}

/** When it ends if nobody asks any more, in milliseconds. */
export function endOfAccountSession({ lastSeenAt, expiresAt }: AccountSession): number {
  return Math.min(lastSeenAt + ACCOUNT_IDLE_LIFE, expiresAt)
}

export function isLiveAccountSession(session: AccountSession, now: number): boolean {
  return session.endedAt === null && now < endOfAccountSession(session)
}

/** @returns the session with the secret for the browser's cookie. */
export async function openAccountSession(
  tx: Handle,
  accountId: string,
  from: Origin,
  now: number,
): Promise<AccountSession & { readonly token: string }> {
  const { key, text } = newOneTimeSecret(now)
  const row = {
    key,
    account_id: accountId,
    created_at: now,
    last_seen_at: now,
    expires_at: now + ACCOUNT_SESSION_LIFE,
    ended_at: null,
    end_reason: null,
    address: from.address,
    user_agent: from.userAgent.slice(0, 256).toWellFormed(),
  }
  await tx.insertInto('account_sessions').values(row).execute()
  return { ...toSession(row), token: text }
}

/** The session of a cookie, whether or not it lives. */
export async function findAccountSession(db: Handle, token: string): Promise<AccountSession | undefined> {
  const key = keyOfSecret(token)
  return key && (await findAccountSessionByKey(db, key))
}

/** The session under this key, whether or not it lives. */
export async function findAccountSessionByKey(
  db: Handle,
  key: Uint8Array,
): Promise<AccountSession | undefined> {
  const row = await db.selectFrom('account_sessions').selectAll().where('key', '=', key).executeTakeFirst()
  return row && toSession(row)
}

export function needsTouch(session: AccountSession, now: number): boolean {
  return now - session.lastSeenAt >= MINUTE
}

/** Keeps a session from falling asleep; written at most once a minute. */
export async function touchAccountSession(tx: Handle, session: AccountSession, now: number): Promise<void> {
  await tx
    .updateTable('account_sessions')
    .set({ last_seen_at: now })
    .where('key', '=', session.key)
    .where('ended_at', 'is', null)
    .where('last_seen_at', '<', now)
    .execute()
}

/** Those of an account that nothing has ended, newest first; some may have fallen asleep. */
export async function listAccountSessions(db: Handle, accountId: string): Promise<AccountSession[]> {
  const rows = await db
    .selectFrom('account_sessions')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .orderBy('key', 'desc')
    .execute()
  return rows.map(toSession)
}

/** Ends this row alone; for `sessions/sign-off.ts`, which knows what goes with it. */
export async function markAccountSessionEnded(
  tx: Handle,
  key: Uint8Array,
  reason: string,
  now: number,
): Promise<void> {
  await tx
    .updateTable('account_sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('key', '=', key)
    .where('ended_at', 'is', null)
    .execute()
}

function toSession(row: Row<'account_sessions'>): AccountSession {
  return {
    key: Buffer.from(row.key),
    accountId: row.account_id,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    address: row.address,
    userAgent: row.user_agent,
  }
}
