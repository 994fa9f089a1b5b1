import type { Handle } from '../db/handle.ts'
import { type PurgeStep, STEP_SIZE } from '../db/purge-step.ts'
import { firstTraceIdAt } from '../platform/trace-id.ts'
import { newestCountedHour } from './counted-hours.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** What is not counted yet is kept until it is: counts outlive the steps that they are made from. */
export const purgeAttemptSteps: PurgeStep = async (tx, { now, attemptDays }) => {
  const counted = await newestCountedHour(tx)
  if (counted === undefined) return 0n
  const oldest = firstTraceIdAt(Math.min(now - attemptDays * DAY, counted + HOUR))
  // One statement: over a network, 500 of them would hold up whoever writes.
  const result = await tx
    .deleteFrom('attempt_steps')
    .where(eb =>
      eb(
        eb.refTuple('trace_id', 'id'),
        'in',
        eb
          .selectFrom('attempt_steps')
          .select(['trace_id', 'id'])
          .where('trace_id', '<', oldest)
          .orderBy('trace_id')
          .orderBy('id')
          .limit(STEP_SIZE)
          .$asTuple('trace_id', 'id'),
      ),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}

/** Of a deleted project. */
export async function removeSignInCounts(tx: Handle, projectId: string): Promise<void> {
  await tx.deleteFrom('sign_in_counts').where('project_id', '=', projectId).execute()
}
