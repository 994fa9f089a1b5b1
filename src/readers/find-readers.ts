// The search for readers of one project, in the order of their external IDs: by index where the ID begins with what was
// typed, else reader by reader, a bounded number a time. External IDs are mostly e-mail addresses.
import { setImmediate } from 'node:timers/promises'
import { type ExpressionBuilder, sql } from 'kysely'
import { startsWith } from '../audit/starts-with.ts'
import type { Handle } from '../db/handle.ts'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import type { Reader } from './reader.ts'
import { toReader } from './reader-store.ts'

export const READERS_A_PAGE = 50
const CHUNK = 5_000
const MOST_CHUNKS = 40

export interface ReaderPage {
  readonly readers: readonly Reader[]
  /** Give it as `after` to go on; null: there are no others. */
  readonly next: string | null
  /** The search stopped because it had looked at enough, and may find others. */
  readonly unfinished: boolean
}

/**
 * One page of readers. `text`: their external ID, e-mail address, user name, first, last or whole name begins with it,
 * capital letters or not. Those whose external ID begins so, as it is written, come first.
 * @param page `after`: the `next` of the page before this one.
 * @throws AppError `invalid_request` where `after` is not such a `next`.
 */
export async function findReaders(
  db: Handle,
  filter: { projectId: string; text?: string; blocked?: boolean },
  page: { after?: string | undefined; limit?: number } = {},
): Promise<ReaderPage> {
  const { limit = READERS_A_PAGE } = page
  const text = filter.text?.trim().normalize('NFC') ?? ''
  const found: { reader: Reader; part: Part }[] = []
  let place = page.after === undefined ? startOf(text) : readPlace(page.after)
  for (let chunks = 0; chunks < MOST_CHUNKS; chunks++) {
    const edge = await edgeOf(db, filter.projectId, text, place)
    const rows = await readChunk(db, { ...filter, text }, place, edge, limit + 1 - found.length)
    for (const row of rows) found.push({ reader: toReader(row), part: place.part })
    if (found.length > limit) {
      const last = found[limit - 1]!
      const next = writePlace({ part: last.part, after: last.reader.externalId })
      return { readers: found.slice(0, limit).map(({ reader }) => reader), next, unfinished: false }
    }
    const onward = edge === undefined ? nextPart(place) : { ...place, after: edge }
    if (!onward) return { readers: found.map(({ reader }) => reader), next: null, unfinished: false }
    place = onward
    await setImmediate()
  }
  return { readers: found.map(({ reader }) => reader), next: writePlace(place), unfinished: true }
}

/** `begins`: external IDs that begin with the text as it is written; `rest`: all others. */
type Part = 'begins' | 'rest'

interface Place {
  readonly part: Part
  /** The external ID that was looked at last. */
  readonly after: string
}

const startOf = (text: string): Place => ({ part: text === '' ? 'rest' : 'begins', after: '' })
const nextPart = ({ part }: Place): Place | undefined =>
  part === 'begins' ? { part: 'rest', after: '' } : undefined

/** The last external ID of a chunk; undefined where fewer are left. */
async function edgeOf(
  db: Handle,
  projectId: string,
  text: string,
  place: Place,
): Promise<string | undefined> {
  const row = await inPlace(db, projectId, text, place)
    .select('external_id')
    .limit(1)
    .offset(CHUNK - 1)
    .executeTakeFirst()
  return row?.external_id
}

async function readChunk(
  db: Handle,
  filter: { projectId: string; text: string; blocked?: boolean },
  place: Place,
  edge: string | undefined,
  limit: number,
) {
  const { projectId, text, blocked } = filter
  const query = inPlace(db, projectId, text, place).selectAll().limit(limit)
  return await query
    .$if(edge !== undefined, chunk => chunk.where('external_id', '<=', edge!))
    .$if(blocked !== undefined, chunk => chunk.where('blocked_at', blocked ? 'is not' : 'is', null))
    .$if(place.part === 'rest' && text !== '', chunk => chunk.where(eb => isCalled(eb, text)))
    .execute()
}

function inPlace(db: Handle, projectId: string, text: string, { part, after }: Place) {
  return db
    .selectFrom('readers')
    .where('project_id', '=', projectId)
    .where('external_id', '>', after)
    .$if(part === 'begins', query =>
      query.where('external_id', '>=', text).where('external_id', '<', `${text}\u{10ffff}`),
    )
    .orderBy('external_id')
}

/** By another name than an external ID that begins with the text as it is written. */
function isCalled(eb: ExpressionBuilder<Tables, 'readers'>, text: string) {
  const names = (['external_id', 'email', 'username', 'first_name', 'last_name'] as const).map(column =>
    startsWith(eb.ref(column), text),
  )
  const whole = sql<string>`${eb.ref('first_name')} || ' ' || ${eb.ref('last_name')}`
  const begins = eb.and([eb('external_id', '>=', text), eb('external_id', '<', `${text}\u{10ffff}`)])
  return eb.and([eb.not(begins), eb.or([...names, startsWith(whole, text)])])
}

function writePlace({ part, after }: Place): string {
  return Buffer.from(`${part}:${after}`).toString('base64url')
}

function readPlace(cursor: string): Place {
  const [, part, after] = /^(begins|rest):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (part === undefined || after === undefined || after.includes('\0')) {
    const fields = [{ field: 'after', problem: 'is not where a page of this search ends' }]
    throw new AppError('invalid_request', 'The search cannot go on from there; begin it again.', { fields })
  }
  return { part: part as Part, after }
}
