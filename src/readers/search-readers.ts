import { sql } from 'kysely'
import type { Handle } from '../db/handle.ts'
import type { Reader } from './reader.ts'
import { toReader } from './reader-store.ts'

const searched = ['external_id', 'username', 'email', 'first_name', 'last_name'] as const

/** Readers of a project, newest first: those with `search` in a name or address, older than the reader `before`. */
export async function searchReaders(
  db: Handle,
  wanted: {
    readonly projectId: string
    readonly search?: string | undefined
    readonly blocked?: boolean | undefined
    /** ID of a reader. */
    readonly before?: string | undefined
    readonly limit: number
  },
): Promise<Reader[]> {
  const { projectId, search, blocked, before, limit } = wanted
  // Names are stored composed (NFC), so what is looked for is composed too. The signs of a pattern mean themselves.
  const pattern = `%${(search ?? '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')}%`
  const rows = await db
    .selectFrom('readers')
    .selectAll()
    .where('project_id', '=', projectId)
    .$if(before !== undefined, query => query.where('id', '<', before!))
    .$if(blocked !== undefined, query => query.where('blocked_at', blocked ? 'is not' : 'is', null))
    .$if(search !== undefined, query =>
      query.where(eb =>
        eb.or(searched.map(column => sql<boolean>`lower(${eb.ref(column)}) like ${pattern} escape '\\'`)),
      ),
    )
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toReader)
}
