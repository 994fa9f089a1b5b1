import type { ExpressionBuilder } from 'kysely'
import { type Handle, prepare } from '../db/handle.ts'
import type { Row, Tables } from '../db/tables.ts'
import { uuidv7 } from '../platform/random.ts'
import { type LogoutNotice, type NoticeState, stateOfNotice } from './logout-notice.ts'
import { ringForNotices } from './notice-bell.ts'
import { sidOf } from './session.ts'
import type { EndedSession } from './session-store.ts'

/** How long a process that took a notice has to tell the site; after it, the notice is anybody's again. */
export const CLAIM = 30_000
/** Rows an insert: PostgreSQL and SQLite bound the values of one statement. */
const ROWS = 500

/** Leaves word for every site that has asked to be told that one of its sessions ended. */
export async function enqueueNotices(tx: Handle, ended: readonly EndedSession[], now: number): Promise<void> {
  const ofClients = ended.filter(session => session.clientId !== null)
  if (ofClients.length === 0) return
  const listening = await tx
    .selectFrom('clients')
    .select('id')
    .where('id', 'in', [...new Set(ofClients.map(session => session.clientId!))])
    .where('backchannel_logout_uri', 'is not', null)
    .execute()
  const told = ofClients.filter(session => listening.some(client => client.id === session.clientId))
  for (let from = 0; from < told.length; from += ROWS) {
    const rows = told.slice(from, from + ROWS).map(session => ({
      id: uuidv7(now),
      project_id: session.projectId,
      client_id: session.clientId!,
      reader_id: session.readerId,
      sid: sidOf(session.key),
      trace_id: session.traceId,
      created_at: now,
      tries: 0,
      due_at: now,
      claimed_until: null,
      delivered_at: null,
      last_problem: null,
    }))
    await tx.insertInto('logout_notices').values(rows).execute()
  }
  // Before the commit, but whoever wakes claims through the write queue, which stands behind it.
  if (told.length > 0) ringForNotices()
}

const selectDue = prepare<{ now: number }>()((db, place) =>
  db.selectFrom('logout_notices').select('id').where('due_at', '<=', place.now).limit(1),
)

export async function hasDueNotice(db: Handle, now: number): Promise<boolean> {
  return (await selectDue.first(db, { now })) !== undefined
}

/**
 * Takes up to `limit` due notices for this process, the longest due first; nobody else gets them until the claim ends.
 * A client in `busy` gets only as many more as its number says.
 */
export async function claimNotices(
  tx: Handle,
  options: { now: number; limit: number; perClient: number; busy: ReadonlyMap<string, number> },
): Promise<LogoutNotice[]> {
  const { now, limit, perClient, busy } = options
  const taken = new Map(busy)
  const full = [...busy].filter(([, count]) => count >= perClient).map(([client]) => client)
  const due = await tx
    .selectFrom('logout_notices')
    .select(['id', 'client_id'])
    .where('due_at', '<=', now)
    .where(eb => isFree(eb, now))
    .$if(full.length > 0, query => query.where('client_id', 'not in', full))
    .orderBy('due_at')
    .limit(limit)
    .execute()
  const ids = due
    .filter(({ client_id: client }) => {
      const count = taken.get(client) ?? 0
      taken.set(client, count + 1)
      return count < perClient
    })
    .map(row => row.id)
  if (ids.length === 0) return []
  const rows = await tx
    .updateTable('logout_notices')
    .set({ claimed_until: now + CLAIM })
    .where('id', 'in', ids)
    .where('due_at', '<=', now)
    .where(eb => isFree(eb, now))
    .returningAll()
    .execute()
  return rows.map(toNotice)
}

/**
 * Nobody's, or of a process that is late, or that claimed it by a clock which was set back since: no claim ends so far
 * ahead, not even one by a process whose clock is a little faster.
 */
function isFree(eb: ExpressionBuilder<Tables, 'logout_notices'>, now: number) {
  return eb.or([
    eb('claimed_until', 'is', null),
    eb('claimed_until', '<=', now),
    eb('claimed_until', '>', now + 2 * CLAIM),
  ])
}

/** The site has taken it. Also true where the claim ended meanwhile: it need not be told twice. */
export async function markNoticeDelivered(tx: Handle, notice: LogoutNotice, now: number): Promise<void> {
  await tx
    .updateTable('logout_notices')
    .set({
      tries: notice.tries + 1,
      due_at: null,
      claimed_until: null,
      delivered_at: now,
      last_problem: null,
    })
    .where('id', '=', notice.id)
    .where('delivered_at', 'is', null)
    .execute()
}

/** A try failed; `dueAt` is the next one, null where there is none. Counts only while the notice is still claimed. */
export async function markNoticeFailed(
  tx: Handle,
  notice: LogoutNotice,
  problem: string,
  dueAt: number | null,
): Promise<void> {
  await tx
    .updateTable('logout_notices')
    .set({ tries: notice.tries + 1, due_at: dueAt, claimed_until: null, last_problem: problem })
    .where('id', '=', notice.id)
    .where('claimed_until', '=', notice.claimedUntil)
    .execute()
}

export interface ListedNotice extends LogoutNotice {
  /** External ID; null where the reader is gone. */
  readonly reader: string | null
  readonly client: {
    readonly id: string
    readonly name: string
    readonly backchannelLogoutUri: string | null
  }
  readonly state: NoticeState
}

/** The newest notices of a project, newest first; waiting ones only with `pending`; older than that of ID `before`. */
export async function listNotices(
  db: Handle,
  filter: { projectId: string; pending: boolean; before?: string | undefined; limit: number },
): Promise<ListedNotice[]> {
  const rows = await db
    .selectFrom('logout_notices')
    .leftJoin('readers', 'readers.id', 'logout_notices.reader_id')
    .leftJoin('clients', 'clients.id', 'logout_notices.client_id')
    .selectAll('logout_notices')
    .select(['readers.external_id', 'clients.name', 'clients.backchannel_logout_uri'])
    .where('logout_notices.project_id', '=', filter.projectId)
    .$if(filter.pending, query => query.where('logout_notices.due_at', 'is not', null))
    .$if(filter.before !== undefined, query => query.where('logout_notices.id', '<', filter.before!))
    .orderBy('logout_notices.id', 'desc')
    .limit(filter.limit)
    .execute()
  return rows.map(row => {
    const notice = toNotice(row)
    return {
      ...notice,
      reader: row.external_id,
      client: { id: row.client_id, name: row.name ?? '', backchannelLogoutUri: row.backchannel_logout_uri },
      state: stateOfNotice(notice),
    }
  })
}

/** Notices that a site did not take at the first try and that are still to be delivered. */
export interface LateNotices {
  readonly projectId: string
  /** The name of the site, or its client ID. */
  readonly clientName: string
  readonly count: number
  /** When the first of the sessions ended. */
  readonly oldest: number
  readonly problem: string | null
  /** The sign-in of one of the sessions. */
  readonly traceId: string
}

/** By site, out of the 5,000 that are due first: a longer backlog is late without being counted out. */
export async function listLateNotices(db: Handle): Promise<LateNotices[]> {
  const due = db
    .selectFrom('logout_notices')
    .select(['project_id', 'client_id', 'created_at', 'last_problem', 'tries', 'trace_id'])
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .limit(5_000)
  const rows = await db
    .selectFrom(due.as('due'))
    .leftJoin('clients', 'clients.id', 'due.client_id')
    .select(eb => [
      'due.project_id as projectId',
      'due.client_id as clientId',
      eb.fn.max('clients.name').as('name'),
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('due.created_at').as('oldest'),
      eb.fn.max('due.last_problem').as('problem'),
      eb.fn.max('due.trace_id').as('traceId'),
    ])
    .where('due.tries', '>=', 2)
    .groupBy(['due.project_id', 'due.client_id'])
    .execute()
  return rows.map(({ clientId, name, count, ...row }) => ({
    ...row,
    clientName: name || clientId,
    count: Number(count),
  }))
}

/** A client's newest notices that its site has not taken, newest first: waiting ones and those that were given up. */
export async function listUndelivered(
  db: Handle,
  filter: { projectId: string; clientId: string; limit: number },
): Promise<(LogoutNotice & { readonly reader: string | null; readonly state: NoticeState })[]> {
  const rows = await db
    .selectFrom('logout_notices')
    .leftJoin('readers', 'readers.id', 'logout_notices.reader_id')
    .selectAll('logout_notices')
    .select('readers.external_id')
    .where('logout_notices.project_id', '=', filter.projectId)
    .where('logout_notices.client_id', '=', filter.clientId)
    .where('logout_notices.delivered_at', 'is', null)
    .orderBy('logout_notices.id', 'desc')
    .limit(filter.limit)
    .execute()
  return rows.map(row => {
    const notice = toNotice(row)
    return { ...notice, reader: row.external_id, state: stateOfNotice(notice) }
  })
}

export async function findNotice(db: Handle, id: string): Promise<LogoutNotice | undefined> {
  const row = await db.selectFrom('logout_notices').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toNotice(row)
}

/** Makes a notice due now. @returns whether it was not delivered before. */
export async function makeNoticeDue(tx: Handle, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('logout_notices')
    .set({ due_at: now })
    .where('id', '=', id)
    .where('delivered_at', 'is', null)
    .executeTakeFirst()
  if (result.numUpdatedRows > 0n) ringForNotices()
  return result.numUpdatedRows > 0n
}

function toNotice(row: Row<'logout_notices'>): LogoutNotice {
  return {
    id: row.id,
    projectId: row.project_id,
    clientId: row.client_id,
    readerId: row.reader_id,
    sid: row.sid,
    traceId: row.trace_id,
    createdAt: row.created_at,
    tries: row.tries,
    dueAt: row.due_at,
    claimedUntil: row.claimed_until,
    deliveredAt: row.delivered_at,
    lastProblem: row.last_problem,
  }
}
