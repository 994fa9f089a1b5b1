import type { Handle } from '../db/handle.ts'
import type { UpstreamSignIn } from './upstream-sign-in.ts'

export async function insertUpstreamSignIn(tx: Handle, signIn: UpstreamSignIn): Promise<void> {
  await tx
    .insertInto('upstream_sign_ins')
    .values({
      key: signIn.key,
      project_id: signIn.projectId,
      provider_id: signIn.providerId,
      request: JSON.stringify(signIn.request),
      trace_id: signIn.traceId,
      expires_at: signIn.expiresAt,
      used_at: null,
    })
    .execute()
}

/** A sign-in as it was sent away, over or taken as it may be by now. */
export async function findUpstreamSignIn(db: Handle, key: Buffer): Promise<UpstreamSignIn | undefined> {
  const row = await db.selectFrom('upstream_sign_ins').selectAll().where('key', '=', key).executeTakeFirst()
  return (
    row && {
      key,
      projectId: row.project_id,
      providerId: row.provider_id,
      request: JSON.parse(row.request),
      traceId: row.trace_id,
      expiresAt: row.expires_at,
    }
  )
}

/** Takes a waiting sign-in in one conditional statement. @returns whether this call took it. */
export async function takeUpstreamSignIn(tx: Handle, key: Buffer, now: number): Promise<boolean> {
  const taken = await tx
    .updateTable('upstream_sign_ins')
    .set({ used_at: now })
    .where('key', '=', key)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('key')
    .executeTakeFirst()
  return taken !== undefined
}
