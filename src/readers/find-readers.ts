// The search for readers of one project. Those whose external ID, mostly the e-mail address, begins with what was typed
// come from the index. Other names have none: for them readers are looked through, a bounded number a time.
import { setImmediate } from 'node:timers/promises'
import { type ExpressionBuilder, sql } from 'kysely'
import { startsWith } from '../audit/starts-with.ts'
import type { Handle } from '../db/handle.ts'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import type { Reader } from './reader.ts'
import { toReader } from './reader-store.ts'

export const READERS_A_PAGE = 50
/** Readers of all projects that are looked through at once, few enough that the requests beside notice nothing. */
const CHUNK = 3_000
const MOST_CHUNKS = 100
/** Where the index has found somebody, which is mostly who was meant. */
const FEW_CHUNKS = 5

export interface ReaderFilter {
  readonly projectId: string
  /** An external ID, e-mail address, user name, first, last or whole name begins so, capital letters or not. */
  readonly text?: string
  readonly blocked?: boolean
}

export interface ReaderPage {
  readonly readers: readonly Reader[]
  /** Give it as `after` to go on; null: there are no others. */
  readonly next: string | null
  /** The search stopped because it had looked at enough, and may find others. */
  readonly unfinished: boolean
}

/**
 * One page of readers: first those whose external ID begins with the text as it is written (without a text all of them)
 * by external ID, then those that it fits otherwise, the newest first.
 * @param page `after`: the `next` of the page before this one.
 * @throws AppError `invalid_request` where `after` is not such a `next`.
 */
export async function findReaders(
  db: Handle,
  filter: ReaderFilter,
  page: { after?: string | undefined; limit?: number } = {},
): Promise<ReaderPage> {
  const { limit = READERS_A_PAGE } = page
  const wanted = { ...filter, text: filter.text?.trim().normalize('NFC') ?? '' }
  const place = page.after === undefined ? startOf(wanted) : readPlace(page.after)
  const found: { reader: Reader; place: Place }[] = []
  const answer = (next: Place | null, unfinished = false) => ({
    readers: found.slice(0, limit).map(({ reader }) => reader),
    next: found.length > limit ? writePlace(found[limit - 1]!.place) : next && writePlace(next),
    unfinished,
  })

  if (place.part === 'listed') {
    const rows = await listed(db, wanted, place.at, limit + 1)
    for (const reader of rows) found.push({ reader, place: { part: 'listed', at: reader.externalId } })
    if (found.length > limit || wanted.text === '') return answer(null)
  }
  let before = place.part === 'others' ? place.at : AFTER_ALL
  const most = found.length > 0 ? FEW_CHUNKS : MOST_CHUNKS
  for (let chunks = 0; chunks < most; chunks++) {
    const from = await edgeBefore(db, before)
    const rows = await others(db, wanted, { from: from ?? '', before }, limit + 1 - found.length)
    for (const reader of rows) found.push({ reader, place: { part: 'others', at: reader.id } })
    if (found.length > limit || from === undefined) return answer(null)
    before = from
    await setImmediate()
  }
  return answer({ part: 'others', at: before }, true)
}

/** Where a page ends: `listed` after an external ID, `others` before a reader's ID. */
interface Place {
  readonly part: 'listed' | 'others'
  readonly at: string
}

type Wanted = ReaderFilter & { readonly text: string }

/** IDs are hexadecimal. */
const AFTER_ALL = 'g'

// The index knows nothing of who is blocked.
const startOf = ({ blocked }: Wanted): Place =>
  blocked === undefined ? { part: 'listed', at: '' } : { part: 'others', at: AFTER_ALL }

/** By index alone. */
async function listed(
  db: Handle,
  { projectId, text }: Wanted,
  after: string,
  limit: number,
): Promise<Reader[]> {
  const rows = await db
    .selectFrom('readers')
    .selectAll()
    .where('project_id', '=', projectId)
    // One lower bound: of two, SQLite would begin at either.
    .where('external_id', after < text ? '>=' : '>', after < text ? text : after)
    .where('external_id', '<', endOf(text))
    .orderBy('external_id')
    .limit(limit)
    .execute()
  return rows.map(toReader)
}

/** The ID of the reader at which a chunk ends; undefined where fewer are left. */
async function edgeBefore(db: Handle, before: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('readers')
    .select('id')
    .where('id', '<', before)
    .orderBy('id', 'desc')
    .limit(1)
    .offset(CHUNK - 1)
    .executeTakeFirst()
  return row?.id
}

async function others(
  db: Handle,
  { projectId, text, blocked }: Wanted,
  range: { from: string; before: string },
  limit: number,
): Promise<Reader[]> {
  const rows = await db
    .selectFrom('readers')
    .selectAll()
    // Hidden from the planner: by the index of projects it would read all readers of one, and sort them.
    .where(eb => eb(eb.fn.coalesce('project_id', eb.val('')), '=', projectId))
    .where('id', '>=', range.from)
    .where('id', '<', range.before)
    .$if(text !== '', query => query.where(eb => isCalled(eb, text)))
    .$if(blocked === undefined, query => query.where(eb => eb.not(isListed(eb, text))))
    .$if(blocked !== undefined, query => query.where('blocked_at', blocked ? 'is not' : 'is', null))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toReader)
}

type Readers = ExpressionBuilder<Tables, 'readers'>

function isListed(eb: Readers, text: string) {
  return eb.and([eb('external_id', '>=', text), eb('external_id', '<', endOf(text))])
}

/** What everything that begins with the text sorts before. */
function endOf(text: string): string {
  return `${text}\u{10ffff}`
}

function isCalled(eb: Readers, text: string) {
  const columns = ['external_id', 'email', 'username', 'first_name', 'last_name'] as const
  const whole = sql<string>`${eb.ref('first_name')} || ' ' || ${eb.ref('last_name')}`
  return eb.or([...columns.map(column => eb.ref(column)), whole].map(name => startsWith(name, text)))
}

function writePlace({ part, at }: Place): string {
  return Buffer.from(`${part}:${at}`).toString('base64url')
}

function readPlace(cursor: string): Place {
  const [, part, at] = /^(listed|others):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (part === undefined || at === undefined) {
    const fields = [{ field: 'after', problem: 'is not where a page of this search ends' }]
    throw new AppError('invalid_request', 'The search cannot go on from there; begin it again.', { fields })
  }
  return { part: part as Place['part'], at }
}
