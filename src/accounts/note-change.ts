import { type Actor, recordAudit } from '../audit/audit-log.ts'
import type { Handle } from '../db/handle.ts'

/** An entry of the audit log about an administrator or an API key: they belong to no project. */
export async function noteChange(
  tx: Handle,
  actor: Actor,
  event: { readonly action: string; readonly target: string; readonly detail?: Record<string, unknown> },
  now: number,
): Promise<void> {
  await recordAudit(tx, actor, { detail: {}, ...event, projectId: null }, now)
}
