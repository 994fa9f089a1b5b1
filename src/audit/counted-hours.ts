import type { Handle } from '../db/handle.ts'

/**
 * Stands in the place of a project in the row that says that an hour was counted. It is written with the counts, so
 * of any number of processes one counts an hour, and steps that nobody has counted yet are not purged.
 */
export const ALL_COUNTED = ''

/** The newest hour (its beginning, in milliseconds) whose sign-ins are counted, with all hours before it. */
export async function newestCountedHour(db: Handle): Promise<number | undefined> {
  const row = await db
    .selectFrom('sign_in_counts')
    .select('hour')
    .where('project_id', '=', ALL_COUNTED)
    .orderBy('hour', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.hour
}

/** IDs of the projects that have counts: one step into the key for each. */
export async function countedProjects(db: Handle): Promise<string[]> {
  const ids: string[] = []
  for (;;) {
    const row = await db
      .selectFrom('sign_in_counts')
      .select('project_id')
      .where('project_id', '>', ids.at(-1) ?? ALL_COUNTED)
      .orderBy('project_id')
      .limit(1)
      .executeTakeFirst()
    if (!row) return ids
    ids.push(row.project_id)
  }
}
