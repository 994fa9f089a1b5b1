import { realpathSync, type Stats, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { type ReadPath, toUrlPath } from './read-path.ts'

/** A regular file that truly lies below the root, whatever link led to it. */
export interface RealFile {
  /** Absolute, all links resolved. */
  readonly file: string
  /** Below the root, with forward slashes: `guide/setup.md`. */
  readonly relative: string
  /** Changes whenever the file does. */
  readonly stamp: string
  /** Milliseconds since the epoch. */
  readonly updatedAt: number
}

export type Place = { kind: 'content'; file: RealFile } | { kind: 'redirect'; to: string; file: RealFile }

const indexNames = ['index.md', 'README.md', 'readme.md', 'index.html']

/** Finds the file that a path stands for, or the address where it really lives. The root may itself be a link. */
export function locate(root: string, path: ReadPath): Place | undefined {
  const { segments } = path
  if (path.hidden) return undefined
  if (path.folder) return locateFolder(root, segments)
  const exact = realFile(root, segments)
  if (exact)
    return isMarkdown(segments.at(-1)!) ? redirectTo(cleanPath(root, exact.relative), exact) : content(exact)
  for (const ending of ['.md', '.html']) {
    const page = realFile(root, withEnding(segments, ending))
    if (!page) continue
    const clean = cleanPath(root, page.relative)
    return clean.endsWith('/') ? redirectTo(clean, page) : content(page)
  }
  const index = folderIndex(root, segments)
  return index ? redirectTo(`${toUrlPath(segments.join('/'))}/`, index) : undefined
}

function locateFolder(root: string, segments: readonly string[]): Place | undefined {
  const index = folderIndex(root, segments)
  if (index) return content(index)
  if (segments.length === 0) return undefined
  const page = realFile(root, withEnding(segments, '.md')) ?? realFile(root, withEnding(segments, '.html'))
  return page && redirectTo(toUrlPath(segments.join('/')), page)
}

/** The address of a file as readers see it: `guide/index.md` -> `/guide/`, `guide/setup.md` -> `/guide/setup`. */
export function cleanPath(root: string, relative: string): string {
  const segments = relative.split('/')
  const folder = segments.slice(0, -1)
  if (indexNames.includes(segments.at(-1)!) && folderIndex(root, folder)?.relative === relative) {
    return folder.length === 0 ? '/' : `${toUrlPath(folder.join('/'))}/`
  }
  return toUrlPath(relative.replace(/\.(md|html)$/i, ''))
}

export function isMarkdown(name: string): boolean {
  return /\.md$/i.test(name)
}

export function isHtml(name: string): boolean {
  return /\.html?$/i.test(name)
}

/**
 * Looks at one file. Synchronous on purpose: a stat of a warm local file takes two microseconds, a trip through the
 * thread pool thirty, and this happens at every request so that a changed file shows at once.
 */
export function realFile(root: string, segments: readonly string[]): RealFile | undefined {
  try {
    const found = statSync(join(root, ...segments), { throwIfNoEntry: false })
    if (!found?.isFile()) return undefined
    const top = realpathSync.native(root)
    const file = realpathSync.native(join(root, ...segments))
    if (!file.startsWith(top.endsWith(sep) ? top : top + sep)) return undefined
    const relative = file.slice(top.length).split(sep).filter(Boolean)
    if (relative.some(name => name.startsWith('.'))) return undefined
    return { file, relative: relative.join('/'), stamp: stampOf(found), updatedAt: Math.floor(found.mtimeMs) }
  } catch {
    // A loop of links, a name that is too long, a folder without permission: nothing that a reader could open.
    return undefined
  }
}

function stampOf(stats: Stats): string {
  return `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`
}

function folderIndex(root: string, segments: readonly string[]): RealFile | undefined {
  for (const name of indexNames) {
    const file = realFile(root, [...segments, name])
    if (file) return file
  }
  return undefined
}

function withEnding(segments: readonly string[], ending: string): string[] {
  return [...segments.slice(0, -1), segments.at(-1)! + ending]
}

function content(file: RealFile): Place {
  return { kind: 'content', file }
}

function redirectTo(to: string, file: RealFile): Place {
  return { kind: 'redirect', to, file }
}
