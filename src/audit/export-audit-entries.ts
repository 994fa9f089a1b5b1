import { setImmediate } from 'node:timers/promises'
import type { Handle } from '../db/handle.ts'
import { csvLine } from '../platform/csv.ts'
import { type AuditFilter, findAuditEntries } from './find-audit-entries.ts'

/** Entries a page: read, written and forgotten, so that a log of any length takes the same memory. */
const PAGE = 500

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
  let before: string | undefined
  do {
    const page = await findAuditEntries(db, filter, { before, limit: PAGE })
    const lines = page.entries.map(({ at, actor, projectId, action, target, detail }) =>
      csvLine([
        ...[new Date(at).toISOString(), actor.name, actor.origin],
        ...[projectId === null ? '' : projectName(projectId), action, target, JSON.stringify(detail)],
      ]),
    )
    if (lines.length > 0) yield lines.join('')
    before = page.next ?? undefined
    await setImmediate()
  } while (before !== undefined)
}
