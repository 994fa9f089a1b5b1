// Who changed what, when and from where. An entry is written in the transaction of the change itself.
import type { Handle } from '../db/handle.ts'
import { uuidv7 } from '../platform/random.ts'

/** Who acts: `cli:ada`, later `admin:ada@example.com`; and from where: a host and process, or an address. */
export interface Actor {
  readonly name: string
  readonly origin: string
}

export interface AuditEvent {
  readonly action: string
  readonly projectId: string | null
  /** What was changed: a slug, an ID; never a secret. */
  readonly target: string
  readonly detail: Readonly<Record<string, unknown>>
}

export async function recordAudit(tx: Handle, actor: Actor, event: AuditEvent, now: number): Promise<void> {
  await tx
    .insertInto('audit_events')
    .values({
      id: uuidv7(now),
      at: now,
      actor: actor.name,
      origin: actor.origin,
      project_id: event.projectId,
      action: event.action,
      target: event.target,
      detail: JSON.stringify(event.detail),
    })
    .execute()
}

export interface AuditEntry extends AuditEvent {
  readonly at: number
  readonly actor: Actor
}

/** The newest entries, newest first. */
export async function listAudit(db: Handle, limit: number): Promise<AuditEntry[]> {
  const rows = await db.selectFrom('audit_events').selectAll().orderBy('id', 'desc').limit(limit).execute()
  return rows.map(row => ({
    at: row.at,
    actor: { name: row.actor, origin: row.origin },
    action: row.action,
    projectId: row.project_id,
    target: row.target,
    detail: JSON.parse(row.detail),
  }))
}
