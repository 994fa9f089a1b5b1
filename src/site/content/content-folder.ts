// A folder of Markdown and HTML files as a knowledge base: which file a path stands for, who may open it, what the
// navigation shows to whom, and a search. Files are looked at anew at every request and read again only when they
// changed, so that an author sees an edit at once. It decides nothing about sessions: the caller knows the reader.
import { resolve } from 'node:path'
import { cleanPath, isMarkdown, locate, type RealFile } from './locate-file.ts'
import { growNavigation, type ListedPage, type NavigationItem } from './navigation.ts'
import {
  both,
  closedToEveryone,
  compileRules,
  mayOpen,
  type NeededGroups,
  type PathRule,
} from './path-rules.ts'
import { keepPages, type Page, titleFromName } from './read-pages.ts'
import { readPath } from './read-path.ts'
import type { Heading } from './render-markdown.ts'
import { type SearchHit, searchPages } from './search-pages.ts'
import { walkFolder } from './walk-folder.ts'

export { type NavigationItem, neighbours } from './navigation.ts'
export { closedToEveryone, mayOpen, type NeededGroups, type PathRule } from './path-rules.ts'
export type { Heading } from './render-markdown.ts'
export type { SearchHit } from './search-pages.ts'

export interface FoundPage {
  readonly kind: 'page'
  readonly title: string
  readonly summary: string | undefined
  /** What the page is written in, where its author says so. */
  readonly lang: string | undefined
  /** Ready to be shown as it is; begins with the page's `h1`. Empty where `closedBecause` is set. */
  readonly html: string
  readonly headings: readonly Heading[]
  readonly groups: NeededGroups
  /** For the owner, not for the reader: why nobody may open this page. */
  readonly closedBecause: string | undefined
  /** The clean address. */
  readonly path: string
  /** Milliseconds since the epoch. */
  readonly updatedAt: number
}

export interface FoundFile {
  readonly kind: 'file'
  /** Absolute, all links resolved. */
  readonly file: string
  readonly groups: NeededGroups
  readonly closedBecause: string | undefined
}

export interface FoundRedirect {
  readonly kind: 'redirect'
  /** A path on this site; the query of the request is for the caller to carry over. */
  readonly to: string
  readonly groups: NeededGroups
}

export type Found = FoundPage | FoundFile | FoundRedirect

export interface ContentFolder {
  /** What a request path (percent-encoded, as it came) stands for. Check `groups` with `mayOpen` before showing it. */
  find(path: string): Promise<Found | undefined>
  /** What any path asks of its reader, found or not; closed to everyone where the path could be read in two ways. */
  groupsFor(path: string): Promise<NeededGroups>
  /** Every page with what it asks of its reader, for the owner and not for readers; sorted by path. */
  pages(): Promise<readonly ContentPage[]>
  /** The tree of pages that a reader with these groups may open. */
  navigation(readerGroups: readonly string[]): Promise<NavigationItem[]>
  /** Pages that contain every word, out of those that the reader may open. */
  search(query: string, readerGroups: readonly string[]): Promise<SearchHit[]>
}

export interface ContentPage {
  readonly path: string
  readonly title: string
  readonly groups: NeededGroups
}

interface IndexedPage extends ListedPage {
  readonly groups: NeededGroups
  readonly page: Page
}

/**
 * Opens a folder, which may appear, change or be a link that moves later on. Throws on a rule that cannot be read.
 * `recheckMs`: how old the list of all pages may be, for the navigation and the search; a page itself is never old.
 */
export function openContentFolder(
  root: string,
  rules: readonly PathRule[] = [],
  { recheckMs = 1000 }: { recheckMs?: number } = {},
): ContentFolder {
  const top = resolve(root)
  const rulesFor = compileRules(rules)
  const pages = keepPages()
  let index: readonly IndexedPage[] = []
  let indexed: ReadonlyMap<string, string> = new Map()
  let indexedAt = Number.NEGATIVE_INFINITY
  let indexing: Promise<void> | undefined

  function neededFor(requested: string | undefined, file: RealFile, page: Page | undefined): NeededGroups {
    // All names of one file: as asked for, as it lies on the disk, as it is linked.
    const names = [`/${file.relative}`, decodeURIComponent(cleanPath(top, file.relative))]
    if (requested !== undefined) names.push(requested)
    return both(page?.groups ?? null, rulesFor(names))
  }

  async function find(path: string): Promise<Found | undefined> {
    const asked = readPath(path)
    if (!asked) return undefined
    const requested = `/${asked.segments.join('/')}`
    // Projects without a published home send readers to /docs, which a folder need not have.
    const place = locate(top, asked) ?? (requested === '/docs' ? locate(top, readPath('/')!) : undefined)
    if (!place) return undefined
    const { file } = place
    const page = await pages.read(file)
    if (page && indexed.get(file.file) !== page.stamp) indexedAt = Number.NEGATIVE_INFINITY
    const groups = neededFor(requested, file, page)
    if (place.kind === 'redirect') return { kind: 'redirect', to: place.to, groups }
    if (!page || !isMarkdown(file.relative)) {
      return { kind: 'file', file: file.file, groups, closedBecause: page?.closedBecause }
    }
    const { title, summary, lang, html, headings, closedBecause } = page
    const clean = cleanPath(top, file.relative)
    return {
      kind: 'page',
      title,
      summary,
      lang,
      html,
      headings,
      groups,
      closedBecause,
      path: clean,
      updatedAt: file.updatedAt,
    }
  }

  async function groupsFor(path: string): Promise<NeededGroups> {
    const asked = readPath(path)
    if (!asked) return closedToEveryone
    const found = await find(path)
    return found ? found.groups : rulesFor([`/${asked.segments.join('/')}`])
  }

  async function buildIndex(): Promise<void> {
    const startedAt = performance.now()
    const files = await walkFolder(top)
    const list: IndexedPage[] = []
    const stamps = new Map<string, string>()
    for (const file of files) {
      const page = await pages.read(file)
      if (!page) continue
      stamps.set(file.file, page.stamp)
      const path = cleanPath(top, file.relative)
      list.push({
        path,
        title: page.title,
        order: page.order,
        groups: neededFor(undefined, file, page),
        page,
      })
    }
    index = list
    indexed = stamps
    indexedAt = startedAt
    pages.forget(new Set(stamps.keys()))
  }

  async function listAll(): Promise<readonly IndexedPage[]> {
    // One walk at a time, however many readers wait for it.
    if (performance.now() - indexedAt >= recheckMs) {
      indexing ??= buildIndex().finally(() => {
        indexing = undefined
      })
      await indexing
    }
    return index
  }

  async function listFor(readerGroups: readonly string[]): Promise<IndexedPage[]> {
    return (await listAll()).filter(({ groups }) => mayOpen(groups, readerGroups))
  }

  return {
    find,
    groupsFor,
    async pages() {
      const all = (await listAll()).map(({ path, title, groups }) => ({ path, title, groups }))
      return all.sort((a, b) => (a.path < b.path ? -1 : 1))
    },
    async navigation(readerGroups) {
      return growNavigation(await listFor(readerGroups), path => titleFromName(decodeURIComponent(path)))
    },
    async search(query, readerGroups) {
      const list = await listFor(readerGroups)
      return searchPages(
        query,
        list.map(({ path, title, page }) => ({ path, title, headings: page.headings, text: page.text })),
      )
    },
  }
}

/** A site without a folder: nothing to show, but rules for what somebody else serves behind forward-auth. */
export function withoutContent(rules: readonly PathRule[]): ContentFolder {
  const rulesFor = compileRules(rules)
  return {
    find: async () => undefined,
    async groupsFor(path) {
      const asked = readPath(path)
      return asked ? rulesFor([`/${asked.segments.join('/')}`]) : closedToEveryone
    },
    pages: async () => [],
    navigation: async () => [],
    search: async () => [],
  }
}
