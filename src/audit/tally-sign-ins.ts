import { sql } from 'kysely'
import type { Handle } from '../db/handle.ts'
import { ofProjects, outcomeOfSteps, type Projects } from './sign-in.ts'
import type { TraceRange } from './walk-back.ts'

export interface Tally {
  readonly passed: number
  readonly failed: number
}

/**
 * How many sign-ins of a range passed and failed, by project ID; those that are open count as neither, and those of
 * strangers to every project not at all. Reads every step of the range: give it a chunk of `walkBack`.
 */
export async function tallySignIns(
  db: Handle,
  projects: Projects,
  range: TraceRange,
): Promise<Map<string, Tally>> {
  const signIns = db
    .selectFrom('attempt_steps')
    .select(eb => [eb.fn.max('project_id').as('project'), outcomeOfSteps.as('result')])
    .where('trace_id', '>=', range.from)
    .where('trace_id', '<', range.before)
    .where(eb => ofProjects(eb, projects))
    .where('step', '<>', 'logout')
    .groupBy('trace_id')
  const rows = await db
    .selectFrom(signIns.as('sign_ins'))
    .select([
      'project',
      sql<number>`sum(case when result = 'passed' then 1 else 0 end)`.as('passed'),
      sql<number>`sum(case when result = 'failed' then 1 else 0 end)`.as('failed'),
    ])
    .where('project', 'is not', null)
    .groupBy('project')
    .execute()
  return new Map(rows.map(row => [row.project!, { passed: Number(row.passed), failed: Number(row.failed) }]))
}

/** Adds to the sums in `into`. */
export function addTallies(into: Map<string, Tally>, more: ReadonlyMap<string, Tally>): void {
  for (const [project, { passed, failed }] of more) {
    const before = into.get(project) ?? { passed: 0, failed: 0 }
    into.set(project, { passed: before.passed + passed, failed: before.failed + failed })
  }
}
