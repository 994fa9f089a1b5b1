import type { Handle } from '../db/handle.ts'
import { STEP_SIZE } from '../db/purge-step.ts'

/** A step's worth of the readers of a deleted project. */
export async function removeReaders(tx: Handle, projectId: string): Promise<bigint> {
  const result = await tx
    .deleteFrom('readers')
    .where('id', 'in', eb =>
      eb.selectFrom('readers').select('id').where('project_id', '=', projectId).limit(STEP_SIZE),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}
