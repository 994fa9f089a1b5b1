import type { ReaderFilter } from '../readers/find-readers.ts'

/** As long as an e-mail address may be that is pushed. */
const LONGEST = 320

/** What the search for readers was filled with, as text. */
export interface ReaderSearch {
  readonly search: string
  readonly blocked: string
}

/** Reads the address; what stands there twice is as if it were not there. */
export function readReaderSearch(query: Readonly<Record<string, unknown>>): ReaderSearch {
  const read = (name: string) => (typeof query[name] === 'string' ? query[name].trim() : '')
  return { search: read('search'), blocked: read('blocked') }
}

/** The address of the same readers, with `more` in it. */
export function readerQuery(search: ReaderSearch, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...search, ...more })) if (value !== '') query.set(name, value)
  return query.size === 0 ? '' : `?${query}`
}

/** Which readers are asked for, and a problem for each field that cannot be read. */
export function readerFilter(
  projectId: string,
  { search, blocked }: ReaderSearch,
): { filter: ReaderFilter; problems: Record<string, string> } {
  const problems: Record<string, string> = {}
  if (search.length > LONGEST) problems.search = `must be at most ${LONGEST} characters`
  if (!['', 'yes', 'no'].includes(blocked)) problems.blocked = 'is none of these'
  const filter = {
    projectId,
    ...(search !== '' && { text: search }),
    ...(blocked !== '' && { blocked: blocked === 'yes' }),
  }
  return { filter, problems }
}
