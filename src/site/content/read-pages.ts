import { readFile } from 'node:fs/promises'
import { isHtml, isMarkdown, type RealFile } from './locate-file.ts'
import { closedToEveryone, type NeededGroups } from './path-rules.ts'
import { readFrontMatter } from './read-front-matter.ts'
import { toUrlPath } from './read-path.ts'
import { type Heading, renderMarkdown } from './render-markdown.ts'

/** A Markdown or HTML file, read and rendered once for as long as the file stays the same. */
export interface Page {
  readonly stamp: string
  readonly title: string
  readonly order: number | undefined
  readonly summary: string | undefined
  readonly lang: string | undefined
  /** What the page itself asks for, before the rules of its path. */
  readonly groups: NeededGroups
  readonly closedBecause: string | undefined
  readonly html: string
  readonly headings: readonly Heading[]
  readonly text: string
}

export type ReadPage = (file: RealFile) => Promise<Page | undefined>

/** Keeps every page in memory until its file changes; undefined for a file that is neither Markdown nor HTML. */
export function keepPages(): { read: ReadPage; forget: (except: ReadonlySet<string>) => void } {
  const pages = new Map<string, Page>()
  return {
    async read(file) {
      const known = pages.get(file.file)
      if (known?.stamp === file.stamp) return known
      if (!isMarkdown(file.relative) && !isHtml(file.relative)) return undefined
      const bytes = await readFile(file.file).catch((error: NodeJS.ErrnoException) => error.code ?? 'EIO')
      if (typeof bytes === 'string') return closed(file, `the file cannot be read (${bytes})`)
      const page = parse(file, bytes)
      pages.set(file.file, page)
      return page
    },
    forget(except) {
      for (const file of pages.keys()) if (!except.has(file)) pages.delete(file)
    },
  }
}

function parse(file: RealFile, bytes: Buffer): Page {
  const source = decode(bytes)
  if (source === undefined) return closed(file, 'the file is not UTF-8 text, so its settings cannot be read')
  return isHtml(file.relative) ? parseHtml(file, source) : parseMarkdown(file, source)
}

function parseMarkdown(file: RealFile, source: string): Page {
  const { problem, body, title, order, summary, lang, groups } = readFrontMatter(source)
  if (problem !== undefined) return closed(file, problem)
  const rendered = renderMarkdown(body, directoryOf(file.relative))
  const first = rendered.headings.find(heading => heading.level === 1)
  const shown = title ?? first?.text ?? titleFromName(file.relative)
  return {
    stamp: file.stamp,
    title: shown,
    order,
    summary,
    lang,
    groups: groups && [groups],
    closedBecause: undefined,
    ...rendered,
    html: withTitle(rendered.html, shown),
  }
}

function withTitle(html: string, title: string): string {
  return /<h1[\s>]/i.test(html) ? html : `<h1>${encodeEntities(title)}</h1>\n${html}`
}

// A whole document is served as it is, so it has no place for settings: rules of its path close it.
function parseHtml(file: RealFile, source: string): Page {
  if (/^\uFEFF?\s*(---|\+\+\+)/.test(source))
    return closed(file, 'an HTML file has no settings: use a rule for its path')
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(source)?.[1]
  return {
    stamp: file.stamp,
    title: decodeEntities(title ?? '').trim() || titleFromName(file.relative),
    order: undefined,
    summary: undefined,
    lang: undefined,
    groups: null,
    closedBecause: undefined,
    html: '',
    headings: [],
    text: decodeEntities(
      source.replace(/<(script|style|head)\b[\s\S]*?<\/\1>|<!--[\s\S]*?-->|<[^>]*>/gi, ' '),
    ).replace(/\s+/g, ' '),
  }
}

// Nothing out of a page that should perhaps be closed is kept, not even its title.
function closed(file: RealFile, why: string): Page {
  return {
    stamp: file.stamp,
    title: titleFromName(file.relative),
    order: undefined,
    summary: undefined,
    lang: undefined,
    groups: closedToEveryone,
    closedBecause: `${file.relative} is closed to everyone: ${why}`,
    html: '',
    headings: [],
    text: '',
  }
}

/** `guide/getting-started.md` -> `Getting started`; an index takes the name of its folder. */
export function titleFromName(relative: string): string {
  const segments = relative.replace(/\.(md|html?)$/i, '').split('/')
  if (/^(index|readme)$/i.test(segments.at(-1)!)) segments.pop()
  const words = (segments.at(-1) ?? 'Home').replace(/[-_]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function directoryOf(relative: string): string {
  return toUrlPath(relative.slice(0, relative.lastIndexOf('/') + 1))
}

function decode(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }

function encodeEntities(text: string): string {
  return text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)
}

function decodeEntities(html: string): string {
  return html.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name]!)
}
