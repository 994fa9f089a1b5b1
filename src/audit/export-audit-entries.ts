import type { Handle } from '../db/handle.ts'
import { csvLine } from '../platform/csv.ts'
import { type AuditFilter, walkAuditEntries } from './find-audit-entries.ts'

/**
 * The audit log as CSV, the newest entry first, in pieces to be sent on as they come.
 * @param projectName what a project ID is called in the file.
 */
export async function* exportAuditEntries(
  db: Handle,
  filter: AuditFilter,
  projectName: (id: string) => string,
): AsyncGenerator<string> {
  yield csvLine(['time', 'actor', 'origin', 'project', 'action', 'target', 'detail'])
  for await (const entries of walkAuditEntries(db, filter)) {
    const lines = entries.map(({ at, actor, projectId, action, target, detail }) =>
      csvLine([
        ...[new Date(at).toISOString(), actor.name, actor.origin],
        ...[projectId === null ? '' : projectName(projectId), action, target, JSON.stringify(detail)],
      ]),
    )
    if (lines.length > 0) yield lines.join('')
  }
}
