import type { Handle } from '../db/handle.ts'

/** A project that a developer made over the account API. */
export interface Suite {
  readonly projectId: string
  readonly name: string
  /** The developer's. */
  readonly accountId: string
}

export async function listSuites(db: Handle): Promise<Suite[]> {
  const rows = await db
    .selectFrom('projects')
    .select(['id', 'name', 'suite_account_id'])
    .where('suite_account_id', 'is not', null)
    .where('deleted_at', 'is', null)
    .execute()
  return rows.map(row => ({ projectId: row.id, name: row.name, accountId: row.suite_account_id! }))
}

export async function markSuite(tx: Handle, projectId: string, accountId: string): Promise<void> {
  await tx.updateTable('projects').set({ suite_account_id: accountId }).where('id', '=', projectId).execute()
}

/** Whether a project has this slug. */
export async function isTaken(db: Handle, slug: string): Promise<boolean> {
  const row = await db
    .selectFrom('projects')
    .select('id')
    .where('slug', '=', slug)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}
