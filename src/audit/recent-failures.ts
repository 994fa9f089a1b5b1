import { sql } from 'kysely'
import type { Handle } from '../db/handle.ts'
import { firstTraceIdAt } from '../platform/trace-id.ts'
import type { StepName } from './attempts.ts'

/** Failed steps that are looked at, the newest: whoever fails more often than that has failed often enough to tell. */
const MOST = 5_000

/** A session lasts for a day, and a site is told of its end for another one: steps of a sign-in that began before. */
const LONGEST = 49 * 3_600_000

/** Failures of one kind: the same step, for the same reason. */
export interface RecentFailures {
  readonly step: StepName
  readonly reason: string
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly firstAt: number
  readonly lastAt: number
  /** The newest sign-in that it happened to. */
  readonly traceId: string
  /** Of undelivered logout notices: those that are not tried again. */
  readonly givenUp: number
}

/** How often which step of a project failed for which reason since a moment, the most frequent first. */
export async function recentFailures(
  db: Handle,
  projectId: string,
  since: number,
): Promise<RecentFailures[]> {
  const newest = db
    .selectFrom('attempt_steps')
    .select(['trace_id', 'step', 'reason', 'at', 'detail'])
    // As a value to be bound, SQLite could not tell that the index of failures serves.
    .where(sql<boolean>`outcome = 'failed'`)
    .where('project_id', '=', projectId)
    .where('trace_id', '>=', firstTraceIdAt(since - LONGEST))
    .where('reason', 'is not', null)
    .orderBy('trace_id', 'desc')
    .limit(MOST)
  const rows = await db
    .selectFrom(newest.as('newest'))
    .select(eb => [
      'step',
      'reason',
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('at').as('firstAt'),
      eb.fn.max('at').as('lastAt'),
      eb.fn.max('trace_id').as('traceId'),
      sql<number>`sum(case when detail like '%"next":"given up"%' then 1 else 0 end)`.as('givenUp'),
    ])
    .where('at', '>=', since)
    .groupBy(['step', 'reason'])
    .orderBy('count', 'desc')
    .orderBy('reason')
    .execute()
  return rows.map(row => ({
    ...row,
    step: row.step as StepName,
    reason: row.reason!,
    count: Number(row.count),
    givenUp: Number(row.givenUp),
  }))
}
