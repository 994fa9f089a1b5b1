import { sql } from 'kysely'
import { type Handle, prepare } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import { toReader } from '../readers/reader-store.ts'
import type { EndReason, LiveSession, Session } from './session.ts'

const insert = prepare<Row<'sessions'>>()((db, place) =>
  db.insertInto('sessions').values({
    key: place.key,
    project_id: place.project_id,
    reader_id: place.reader_id,
    kind: place.kind,
    trace_id: place.trace_id,
    created_at: place.created_at,
    expires_at: place.expires_at,
    ended_at: null,
    end_reason: null,
    central_key: place.central_key,
    client_id: place.client_id,
    auth_time: place.auth_time,
  }),
)

// A session lives while nothing has ended it, its time has not come, and its reader may read: two look-ups by key.
// `limit` keeps SQLite from merging the inner query into the join. There it would weigh its partial indexes against the
// bound values, and with that plan anew for every execution: 90 us instead of 6.
const selectLive = prepare<{ key: Uint8Array; now: number }>()((db, place) =>
  db
    .selectFrom(
      db
        .selectFrom('sessions')
        .select([
          'key as session_key',
          'reader_id as session_reader_id',
          'kind as session_kind',
          'trace_id as session_trace_id',
          'created_at as session_created_at',
          'expires_at as session_expires_at',
          'central_key',
          'client_id',
          'auth_time',
        ])
        .where('key', '=', place.key)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', place.now)
        .limit(sql.lit(1))
        .as('session'),
    )
    .innerJoin('readers', 'readers.id', 'session.session_reader_id')
    .selectAll('readers')
    .select([
      'session_key',
      'session_kind',
      'session_trace_id',
      'session_created_at',
      'session_expires_at',
      'central_key',
      'client_id',
      'auth_time',
    ])
    .where('readers.blocked_at', 'is', null)
    .where(eb =>
      eb.or([
        eb('readers.sessions_ended_at', 'is', null),
        eb('readers.sessions_ended_at', '<', eb.ref('session_created_at')),
      ]),
    ),
)

const endedColumns = [
  'key',
  'project_id',
  'reader_id',
  'kind',
  'trace_id',
  'central_key',
  'client_id',
] as const

const end = prepare<{ key: Uint8Array; now: number; reason: EndReason }>()((db, place) =>
  db
    .updateTable('sessions')
    .set({ ended_at: place.now, end_reason: place.reason })
    .where('key', '=', place.key)
    .where('ended_at', 'is', null)
    .returning(endedColumns),
)

export async function insertSession(tx: Handle, session: Session): Promise<void> {
  await insert.all(tx, {
    key: session.key,
    project_id: session.projectId,
    reader_id: session.readerId,
    kind: session.kind,
    trace_id: session.traceId,
    created_at: session.createdAt,
    expires_at: session.expiresAt,
    ended_at: null,
    end_reason: null,
    central_key: session.centralKey,
    client_id: session.clientId,
    auth_time: session.authTime,
  })
}

/** The session under this key with its reader, if it lives at `now`. */
export async function findLiveSession(
  db: Handle,
  key: Uint8Array,
  now: number,
): Promise<LiveSession | undefined> {
  const row = await selectLive.first(db, { key, now })
  if (!row) return undefined
  return {
    key: Buffer.from(row.session_key),
    projectId: row.project_id,
    readerId: row.id,
    kind: row.session_kind,
    traceId: row.session_trace_id,
    createdAt: row.session_created_at,
    expiresAt: row.session_expires_at,
    centralKey: row.central_key && Buffer.from(row.central_key),
    clientId: row.client_id,
    authTime: row.auth_time ?? row.session_created_at,
    reader: toReader(row),
  }
}

const selectAny = prepare<{ key: Uint8Array }>()((db, place) =>
  db.selectFrom('sessions').selectAll().where('key', '=', place.key),
)

/** A session, whether or not it lives. */
export async function findSession(db: Handle, key: Uint8Array): Promise<Session | undefined> {
  const row = await selectAny.first(db, { key })
  return row && toSession(row)
}

/** A row as a session; for the queries of this folder. */
export function toSession(row: Row<'sessions'>): Session {
  return {
    key: Buffer.from(row.key),
    projectId: row.project_id,
    readerId: row.reader_id,
    kind: row.kind,
    traceId: row.trace_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    centralKey: row.central_key && Buffer.from(row.central_key),
    clientId: row.client_id,
    authTime: row.auth_time ?? row.created_at,
  }
}

/** A session that has just ended, as far as it matters to what else ends and who is told. */
export type EndedSession = Pick<
  Session,
  'key' | 'projectId' | 'readerId' | 'kind' | 'traceId' | 'centralKey' | 'clientId'
>

/** Ends this row alone; for `sign-off.ts`, which knows what goes with it. @returns undefined: it was not open. */
export async function markSessionEnded(
  tx: Handle,
  key: Uint8Array,
  reason: EndReason,
  now: number,
): Promise<EndedSession | undefined> {
  const row = await end.first(tx, { key, now, reason })
  return row && toEnded(row)
}

/** Ends the rows of all that came of a central session; for `sign-off.ts`. */
export async function markSessionsOfCentralEnded(
  tx: Handle,
  centralKey: Uint8Array,
  reason: EndReason,
  now: number,
): Promise<EndedSession[]> {
  const rows = await tx
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('central_key', '=', centralKey)
    .where('ended_at', 'is', null)
    .returning(endedColumns)
    .execute()
  return rows.map(toEnded)
}

/** Ends the rows of a reader's sessions at OpenID Connect clients; for `end-sessions-of-reader.ts`. */
export async function markClientSessionsOfReaderEnded(
  tx: Handle,
  readerId: string,
  reason: EndReason,
  now: number,
): Promise<EndedSession[]> {
  const rows = await tx
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('reader_id', '=', readerId)
    .where('client_id', 'is not', null)
    .where('ended_at', 'is', null)
    .returning(endedColumns)
    .execute()
  return rows.map(toEnded)
}

const endExpired = prepare<{ key: Uint8Array; now: number }>()((db, place) =>
  db
    .updateTable('sessions')
    .set({ ended_at: place.now, end_reason: 'expired' })
    .where('key', '=', place.key)
    .where('ended_at', 'is', null)
    .where('expires_at', '<=', place.now),
)

/** Makes a session that was seen to be expired stay so, even if the clock is set back. */
export async function endExpiredSession(tx: Handle, key: Uint8Array, now: number): Promise<void> {
  await endExpired.all(tx, { key, now })
}

const join = prepare<{ key: Uint8Array; central: Uint8Array }>()((db, place) =>
  db.updateTable('sessions').set({ central_key: place.central }).where('key', '=', place.key),
)

/** Makes a site session part of a central session: a sign-off at either ends both. */
export async function joinCentral(tx: Handle, key: Uint8Array, central: Uint8Array): Promise<void> {
  await join.all(tx, { key, central })
}

/** Puts off the end of a session that lives. */
export async function extendSession(tx: Handle, key: Uint8Array, expiresAt: number): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ expires_at: expiresAt })
    .where('key', '=', key)
    .where('ended_at', 'is', null)
    .execute()
}

/** Moves what is open of one central session to another. */
export async function moveToCentral(tx: Handle, from: Uint8Array, to: Uint8Array): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ central_key: to })
    .where('central_key', '=', from)
    .where('ended_at', 'is', null)
    .execute()
}

function toEnded(row: Pick<Row<'sessions'>, (typeof endedColumns)[number]>): EndedSession {
  return {
    key: Buffer.from(row.key),
    projectId: row.project_id,
    readerId: row.reader_id,
    kind: row.kind,
    traceId: row.trace_id,
    centralKey: row.central_key && Buffer.from(row.central_key),
    clientId: row.client_id,
  }
}
