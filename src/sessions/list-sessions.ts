import type { Handle } from '../db/handle.ts'
import type { Session } from './session.ts'
import { toSession } from './session-store.ts'

export interface ListedSession extends Session {
  readonly endedAt: number | null
  readonly endReason: string | null
  readonly reader: string
  /** It could be used at the moment of listing. */
  readonly live: boolean
}

/** The newest sessions of a project, newest first; live ones only unless `all`; older than the one of key `before`. */
export async function listSessions(
  db: Handle,
  filter: {
    projectId: string
    readerId?: string
    all: boolean
    before?: Uint8Array
    now: number
    limit: number
  },
): Promise<ListedSession[]> {
  const rows = await db
    .selectFrom('sessions')
    .innerJoin('readers', 'readers.id', 'sessions.reader_id')
    .selectAll('sessions')
    .select(['readers.external_id', 'readers.blocked_at', 'readers.sessions_ended_at'])
    .where('sessions.project_id', '=', filter.projectId)
    .$if(filter.readerId !== undefined, query => query.where('sessions.reader_id', '=', filter.readerId!))
    .$if(filter.before !== undefined, query => query.where('sessions.key', '<', filter.before!))
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
