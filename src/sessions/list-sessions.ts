import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Handle, prepare } from '../db/handle.ts'
import type { Session } from './session.ts'
import { toSession } from './session-store.ts'

export interface ListedSession extends Session {
  readonly endedAt: number | null
  readonly endReason: string | null
  readonly reader: string
  /** It could be used at the moment of listing. */
  readonly live: boolean
}

interface Filter {
  readonly projectId: string
  readonly readerId?: string
  readonly all: boolean
  readonly before?: Uint8Array
  readonly now: number
  readonly limit: number
}

/** Sessions a chunk: few enough that the requests beside a search notice nothing. */
const CHUNK = 10_000
/** Behind the key of every session. */
const END = Buffer.alloc(32, 0xff)

const selectEdge = prepare<{ before: Uint8Array }>()((db, place) =>
  db
    .selectFrom('sessions')
    .select('key')
    .where('key', '<', place.before)
    .orderBy('key', 'desc')
    .limit(sql.lit(1))
    .offset(sql.lit(CHUNK - 1)),
)

/**
 * The newest sessions of a project, newest first; live ones only unless `all`; older than the one of key `before`. No
 * index finds them by project or reader, because every sign-in would pay for it: all are looked through, with a turn for
 * the event loop after each chunk.
 */
export async function listSessions(db: Handle, filter: Filter): Promise<ListedSession[]> {
  const found: ListedSession[] = []
  let before: Uint8Array | undefined = filter.before ?? END
  while (before !== undefined && found.length < filter.limit) {
    const edge: { key: Uint8Array } | undefined = await selectEdge.first(db, { before })
    found.push(
      ...(await listBetween(db, edge?.key, before, { ...filter, limit: filter.limit - found.length })),
    )
    before = edge?.key
    await setImmediate()
  }
  return found
}

async function listBetween(
  db: Handle,
  from: Uint8Array | undefined,
  before: Uint8Array,
  filter: Filter,
): Promise<ListedSession[]> {
  const rows = await db
    .selectFrom('sessions')
    .innerJoin('readers', 'readers.id', 'sessions.reader_id')
    .selectAll('sessions')
    .select(['readers.external_id', 'readers.blocked_at', 'readers.sessions_ended_at'])
    .where('sessions.project_id', '=', filter.projectId)
    .$if(filter.readerId !== undefined, query => query.where('sessions.reader_id', '=', filter.readerId!))
    .where('sessions.key', '<', before)
    .$if(from !== undefined, query => query.where('sessions.key', '>=', from!))
    .$if(!filter.all, query =>
      query
        .where('sessions.ended_at', 'is', null)
        .where('sessions.expires_at', '>', filter.now)
        .where('readers.blocked_at', 'is', null)
        .where(eb =>
          eb.or([
            eb('readers.sessions_ended_at', 'is', null),
            eb('readers.sessions_ended_at', '<', eb.ref('sessions.created_at')),
          ]),
        ),
    )
    .orderBy('sessions.key', 'desc')
    .limit(filter.limit)
    .execute()
  return rows.map(row => ({
    ...toSession(row),
    endedAt: row.ended_at,
    endReason: row.end_reason,
    reader: row.external_id,
    live:
      row.ended_at === null &&
      row.expires_at > filter.now &&
      row.blocked_at === null &&
      (row.sessions_ended_at === null || row.sessions_ended_at < row.created_at),
  }))
}
