import { setImmediate } from 'node:timers/promises'
import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { firstUuidAt } from '../platform/random.ts'
import type { AuditEntry } from './audit-log.ts'
import type { Projects } from './sign-in.ts'
import { startsWith } from './starts-with.ts'

export interface AuditFilter {
  /** `all`: what concerns the whole installation too. */
  readonly projects: Projects
  /** Begins with this, capital letters or not, with or without its kind: `cli:`, `admin:ada@example.com`, `ada@`. */
  readonly actor?: string
  /** An action, or the noun that it is about: `secret` is `secret.issue`, `secret.revoke` and so on. */
  readonly action?: string
  /** At this moment or later, and before that one; milliseconds since the epoch. */
  readonly from?: number
  readonly to?: number
}

export interface ListedAuditEntry extends AuditEntry {
  readonly id: string
}

export interface AuditPage {
  /** The newest first. */
  readonly entries: readonly ListedAuditEntry[]
  /** Give it as `before` to go on; null: there are no others. */
  readonly next: string | null
}

export const ENTRIES_A_PAGE = 50

const kindsOfActor = ['admin:', 'cli:', 'api-key:']

/** @throws AppError `invalid_request` where `before` is not the `next` of a page. */
export async function findAuditEntries(
  db: Handle,
  filter: AuditFilter,
  page: { before?: string | undefined; limit?: number } = {},
): Promise<AuditPage> {
  const { before, limit = ENTRIES_A_PAGE } = page
  if (before !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(before)) {
    const fields = [{ field: 'before', problem: 'is not where a page of this list ends' }]
    throw new AppError('invalid_request', 'The list cannot go on from there; begin it again.', { fields })
  }
  const { projects, actor, action, from, to } = filter
  if (projects !== 'all' && projects.size === 0) return { entries: [], next: null }
  const rows = await db
    .selectFrom('audit_events')
    .selectAll()
    .$if(projects !== 'all', query => query.where('project_id', 'in', [...(projects as Set<string>)]))
    .$if(actor !== undefined, query =>
      query.where(eb => eb.or(['', ...kindsOfActor].map(kind => startsWith(eb.ref('actor'), kind + actor!)))),
    )
    .$if(action !== undefined, query =>
      query.where(eb => eb.or([eb('action', '=', action!), startsWith(eb.ref('action'), `${action}.`)])),
    )
    .$if(from !== undefined, query => query.where('id', '>=', firstUuidAt(from!)))
    .$if(to !== undefined, query => query.where('id', '<', firstUuidAt(to!)))
    .$if(before !== undefined, query => query.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const entries = rows.slice(0, limit).map(toEntry)
  return { entries, next: rows.length > limit ? entries.at(-1)!.id : null }
}

/** Entries a page of `walkAuditEntries`: read, used and forgotten, so that a log of any length takes the same memory. */
const WALKED = 500

/** All entries that fit, the newest first, in pages; the event loop has its turn between them. */
export async function* walkAuditEntries(
  db: Handle,
  filter: AuditFilter,
): AsyncGenerator<readonly ListedAuditEntry[]> {
  let before: string | undefined
  do {
    const page = await findAuditEntries(db, filter, { before, limit: WALKED })
    yield page.entries
    before = page.next ?? undefined
    await setImmediate()
  } while (before !== undefined)
}

function toEntry(row: Row<'audit_events'>): ListedAuditEntry {
  return {
    id: row.id,
    at: row.at,
    actor: { name: row.actor, origin: row.origin },
    action: row.action,
    projectId: row.project_id,
    target: row.target,
    detail: JSON.parse(row.detail),
  }
}
