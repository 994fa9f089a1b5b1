import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import { networkOf } from '../platform/network-address.ts'
import { keyOfSecret, newOneTimeSecret } from '../platform/one-time-secret.ts'
import type { Origin } from '../platform/sign-in-origin.ts'
import type { Administrator } from './administrator.ts'
import { findAdministrator } from './administrator-store.ts'

const MINUTE = 60_000
/** Milliseconds: over after a working day, and after an hour in which nothing was asked. */
export const SESSION_LIFE = 12 * 60 * MINUTE
export const IDLE_LIFE = 60 * MINUTE

export interface AdministratorSession {
  readonly key: Buffer
  readonly administratorId: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
  readonly address: string | null
  readonly userAgent: string
}

/** @returns the secret for the browser's cookie. */
export async function openAdministratorSession(
  tx: Handle,
  administratorId: string,
  from: Origin,
  now: number,
): Promise<string> {
  const secret = newOneTimeSecret(now)
  await tx
    .insertInto('administrator_sessions')
    .values({
      key: secret.key,
      administrator_id: administratorId,
      created_at: now,
      last_seen_at: now,
      expires_at: now + SESSION_LIFE,
      ended_at: null,
      address: from.address,
      user_agent: from.userAgent.slice(0, 256).toWellFormed(),
    })
    .execute()
  return secret.text
}

/** The live session of a cookie, with its administrator, unless they are disabled. */
export async function findAdministratorSession(
  db: Handle,
  token: string,
  now: number,
): Promise<{ session: AdministratorSession; administrator: Administrator } | undefined> {
  const key = keyOfSecret(token)
  const row = key && (await live(db, now).where('key', '=', key).executeTakeFirst())
  const administrator = row && (await findAdministrator(db, row.administrator_id))
  if (!row || !administrator || administrator.disabledAt !== null) return undefined
  return { session: toSession(row), administrator }
}

/**
 * Whether somebody with this e-mail address, in canonical spelling, opened a session in this network lately: for as
 * long as ended sessions are kept (see purge-administrators.ts).
 */
export async function hasSignedInFrom(db: Handle, account: string, network: string): Promise<boolean> {
  const rows = await db
    .selectFrom('administrator_sessions')
    .innerJoin('administrators', 'administrators.id', 'administrator_sessions.administrator_id')
    .select('administrator_sessions.address')
    .distinct()
    .where('administrators.canonical_email', '=', account)
    .execute()
  return rows.some(({ address }) => address !== null && networkOf(address) === network)
}

/** Keeps a session from falling asleep; written at most once a minute. */
export async function touchAdministratorSession(
  tx: Handle,
  session: AdministratorSession,
  now: number,
): Promise<void> {
  await tx
    .updateTable('administrator_sessions')
    .set({ last_seen_at: now })
    .where('key', '=', session.key)
    .where('last_seen_at', '<', now)
    .execute()
}

export function needsTouch(session: AdministratorSession, now: number): boolean {
  return now - session.lastSeenAt >= MINUTE
}

/** Live sessions, newest first: of one administrator. */
export async function listAdministratorSessions(
  db: Handle,
  administratorId: string,
  now: number,
): Promise<AdministratorSession[]> {
  const rows = await live(db, now)
    .where('administrator_id', '=', administratorId)
    .orderBy('key', 'desc')
    .execute()
  return rows.map(toSession)
}

/** When each administrator was at the console last, by their ID, as far back as sessions are kept. */
export async function lastSeenOfAdministrators(db: Handle): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('administrator_sessions')
    .select(eb => ['administrator_id as id', eb.fn.max('last_seen_at').as('at')])
    .groupBy('administrator_id')
    .execute()
  return new Map(rows.map(row => [row.id, Number(row.at)]))
}

/** Ends one session of an administrator, or with `key` null all; all but `except`. @returns how many. */
export async function endAdministratorSessions(
  tx: Handle,
  administratorId: string,
  which: { readonly key: Uint8Array | null; readonly except?: Uint8Array },
  now: number,
): Promise<number> {
  const result = await tx
    .updateTable('administrator_sessions')
    .set({ ended_at: now })
    .where('administrator_id', '=', administratorId)
    .where('ended_at', 'is', null)
    .$if(which.key !== null, query => query.where('key', '=', which.key!))
    .$if(which.except !== undefined, query => query.where('key', '!=', which.except!))
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

function live(db: Handle, now: number) {
  return db
    .selectFrom('administrator_sessions')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', now - IDLE_LIFE)
}

function toSession(row: Row<'administrator_sessions'>): AdministratorSession {
  return {
    key: Buffer.from(row.key),
    administratorId: row.administrator_id,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    address: row.address,
    userAgent: row.user_agent,
  }
}
