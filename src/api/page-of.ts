import { AppError } from '../errors.ts'

/** A page that a caller asks for: at most `limit`, after `after`. */
export interface Page {
  readonly limit: number
  /** The sort key of the last thing on the page before. */
  readonly after: string | undefined
}

/**
 * Reads `limit` and `cursor`. A cursor is a sort key and no right: whoever makes one up begins elsewhere in what they
 * may see anyway.
 * @param pattern what a sort key of this list looks like.
 * @throws AppError `invalid_request`.
 */
export function readPage(query: { limit?: number; cursor?: string }, pattern: RegExp): Page {
  const { limit = 50, cursor } = query
  if (cursor === undefined) return { limit, after: undefined }
  const after = Buffer.from(cursor, 'base64url').toString()
  if (pattern.test(after) && toCursor(after) === cursor) return { limit, after }
  throw wrongCursor()
}

/** Searches know their places themselves; what they refuse as one is called here what callers know it by. */
export async function namingCursor<T>(search: Promise<T>): Promise<T> {
  try {
    return await search
  } catch (error) {
    const field = error instanceof AppError && error.code === 'invalid_request' && error.fields?.[0]?.field
    throw field === 'before' || field === 'after' ? wrongCursor() : error
  }
}

function wrongCursor(): AppError {
  return new AppError('invalid_request', 'Fields of the request are missing or wrong.', {
    fields: [{ field: 'cursor', problem: 'must be `next` of the page before' }],
  })
}

/** A page of what was found, where one more than `limit` was asked for. */
export function pageOf<T, O>(
  found: readonly T[],
  { limit }: Page,
  keyOf: (item: T) => string,
  shape: (item: T) => O,
): { items: O[]; next: string | null } {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const more = found.length > limit && last !== undefined
  return { items: items.map(shape), next: more ? toCursor(keyOf(last)) : null }
}

/** A page of a short list that is here as a whole, in the order of its keys. */
export function pageOfAll<T, O>(
  all: readonly T[],
  page: Page,
  keyOf: (item: T) => string,
  shape: (item: T) => O,
): { items: O[]; next: string | null } {
  const from = page.after === undefined ? 0 : all.findIndex(item => keyOf(item) === page.after) + 1
  if (from === 0 && page.after !== undefined) return { items: [], next: null }
  return pageOf(all.slice(from, from + page.limit + 1), page, keyOf, shape)
}

function toCursor(key: string): string {
  return Buffer.from(key).toString('base64url')
}

export const uuidKey = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const slugKey = /^[a-z0-9-]{1,63}$/
