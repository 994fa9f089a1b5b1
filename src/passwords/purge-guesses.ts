import { type PurgeStep, STEP_SIZE } from '../db/purge-step.ts'

export const purgeGuessCounters: PurgeStep = async (tx, { now }) => {
  const result = await tx
    .deleteFrom('guess_counters')
    .where('key', 'in', eb =>
      eb.selectFrom('guess_counters').select('key').where('ends_at', '<=', now).limit(STEP_SIZE),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}
