import type { Handle } from '../db/handle.ts'

/** The ID of a project that was deleted and is not gone yet. */
export async function findDeletedProject(tx: Handle): Promise<string | undefined> {
  const row = await tx
    .selectFrom('projects')
    .select('id')
    .where('deleted_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

/** Removes a deleted project with its clients, their secrets, and its groups. What else refers to it has to go before. */
export async function removeProject(tx: Handle, id: string): Promise<void> {
  const clients = tx.selectFrom('clients').select('id').where('project_id', '=', id)
  await tx.deleteFrom('client_secrets').where('client_id', 'in', clients).execute()
  await tx.deleteFrom('clients').where('project_id', '=', id).execute()
  await tx.deleteFrom('reader_groups').where('project_id', '=', id).execute()
  await tx.deleteFrom('projects').where('id', '=', id).execute()
}
