import { sql } from 'kysely'
import type { Handle } from '../db/handle.ts'
import { firstTraceIdAt } from '../platform/trace-id.ts'
import { ofProjects, type Projects } from './sign-in.ts'
import { walkBack } from './walk-back.ts'

const HOUR = 3_600_000
/** Chunks of 10,000 steps: more of them say no more about how many come back. */
const MOST_CHUNKS = 10

/** What happened lately in one project. */
export interface RecentVisits {
  /** Browsers that were sent to the login URL. */
  readonly redirects: number
  /** At least so many addresses they came from. */
  readonly addresses: number
  /** Pushes of the login endpoint, passed or failed. */
  readonly codes: number
  /** Sessions that were opened in the hour that ends now. */
  readonly passed: number
}

export const noVisits: RecentVisits = { redirects: 0, addresses: 0, codes: 0, passed: 0 }

/**
 * By project ID, who was sent to the login URL in the hour that ended `patience` milliseconds ago, and what
 * login endpoints pushed since that hour began. Most login endpoints echo no `state`, so the two can't be told to be one visit.
 */
export async function recentVisits(
  db: Handle,
  projects: Projects,
  { now, patience }: { now: number; patience: number },
): Promise<Map<string, RecentVisits>> {
  const until = now - patience
  const range = { from: firstTraceIdAt(until - HOUR), before: firstTraceIdAt(now + 1) }
  const visits = new Map<string, RecentVisits>()
  let chunks = 0
  for await (const chunk of walkBack(db, range)) {
    const sent = sql`step = 'redirect' and at < ${until}`
    const rows = await db
      .selectFrom('attempt_steps')
      .select([
        'project_id',
        sql<number>`sum(case when ${sent} then 1 else 0 end)`.as('redirects'),
        sql<number>`count(distinct case when ${sent} then address end)`.as('addresses'),
        sql<number>`sum(case when step = 'code' then 1 else 0 end)`.as('codes'),
        sql<number>`sum(case when step in ('swap', 'exchange') and outcome = 'passed' and at >= ${now - HOUR} then 1 else 0 end)`.as(
          'passed',
        ),
      ])
      .where('trace_id', '>=', chunk.from)
      .where('trace_id', '<', chunk.before)
      .where(eb => ofProjects(eb, projects))
      .where('project_id', 'is not', null)
      .groupBy('project_id')
      .execute()
    for (const row of rows) {
      const before = visits.get(row.project_id!) ?? noVisits
      visits.set(row.project_id!, {
        redirects: before.redirects + Number(row.redirects),
        addresses: Math.max(before.addresses, Number(row.addresses)),
        codes: before.codes + Number(row.codes),
        passed: before.passed + Number(row.passed),
      })
    }
    if (++chunks === MOST_CHUNKS) break
  }
  return visits
}
