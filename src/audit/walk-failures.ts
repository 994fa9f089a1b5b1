import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Handle } from '../db/handle.ts'
import type { Projects } from './sign-in.ts'
import type { TraceRange } from './walk-back.ts'

/** Trace IDs a chunk. */
const CHUNK = 500
/** The index has failures by project; with more projects than this, asking for each costs more than walking past all. */
const MOST_PROJECTS = 64

// As a value to be bound, SQLite could not tell that the index of failures serves.
const hasFailed = sql<boolean>`outcome = 'failed'`

export interface Failures extends TraceRange {
  readonly traceIds: readonly string[]
}

/**
 * The sign-ins of a range in which a step failed, the newest first, in chunks, from the index of failures: those that
 * passed cost nothing. @returns undefined for too many projects.
 */
export async function walkFailures(
  db: Handle,
  projects: Projects,
  range: TraceRange,
): Promise<AsyncGenerator<Failures> | undefined> {
  const ids = projects === 'all' ? await projectsThatFailed(db) : [...projects]
  return ids && ids.length <= MOST_PROJECTS ? walk(db, ids, range) : undefined
}

async function* walk(
  db: Handle,
  projectIds: readonly (string | null)[],
  range: TraceRange,
): AsyncGenerator<Failures> {
  let { before } = range
  while (before > range.from) {
    const found = new Set<string>()
    for (const projectId of projectIds) {
      for (const traceId of await newest(db, projectId, { from: range.from, before })) found.add(traceId)
    }
    // Each project gave its newest ones, so the newest of all of them lack none.
    const traceIds = [...found].sort().reverse().slice(0, CHUNK)
    const from = traceIds.length < CHUNK ? range.from : traceIds.at(-1)!
    yield { from, before, traceIds }
    before = from
    await setImmediate()
  }
}

async function newest(db: Handle, projectId: string | null, range: TraceRange): Promise<string[]> {
  const rows = await db
    .selectFrom('attempt_steps')
    .select('trace_id')
    .distinct()
    .where(hasFailed)
    .where('project_id', projectId === null ? 'is' : '=', projectId)
    .where('trace_id', '>=', range.from)
    .where('trace_id', '<', range.before)
    .orderBy('trace_id', 'desc')
    .limit(CHUNK)
    .execute()
  return rows.map(row => row.trace_id)
}

/** Who has failed steps, strangers to every project (null) among them: one step into the index for each. */
async function projectsThatFailed(db: Handle): Promise<(string | null)[] | undefined> {
  const ids: (string | null)[] = [null]
  for (let after = ''; ids.length <= MOST_PROJECTS; ) {
    const row = await db
      .selectFrom('attempt_steps')
      .select('project_id')
      .where(hasFailed)
      .where('project_id', '>', after)
      .orderBy('project_id')
      .limit(1)
      .executeTakeFirst()
    if (!row?.project_id) return ids
    after = row.project_id
    ids.push(after)
  }
  return undefined
}
