/** A request path taken apart: decoded segments, and whether it ended in a slash. */
export interface ReadPath {
  readonly segments: readonly string[]
  /** True for `/` and `/guide/`: the request means a folder. */
  readonly folder: boolean
  /** True when a segment begins with a dot: such files exist for machines and are never content. */
  readonly hidden: boolean
}

const longestPath = 2048

/**
 * Takes a request path apart, percent-encoded as the browser sent it; a query or fragment is cut off.
 * Undefined for everything that two programs could read as two different files: traversal, an empty segment,
 * a backslash, control characters, a slash hidden in an escape, an escape inside an escape.
 */
export function readPath(requested: string): ReadPath | undefined {
  const raw = requested.split(/[?#]/, 1)[0]!
  if (!raw.startsWith('/') || raw.length > longestPath) return undefined
  const parts = raw.slice(1).split('/')
  const folder = parts.at(-1) === ''
  if (folder) parts.pop()
  const segments: string[] = []
  for (const part of parts) {
    const segment = decode(part)
    if (segment === undefined || !isPlainName(segment)) return undefined
    segments.push(segment)
  }
  return { segments, folder, hidden: segments.some(segment => segment.startsWith('.')) }
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

function isPlainName(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false
  // An escape that survives one decoding is there for a second one, somewhere behind us.
  if (/[/\\\p{Cc}]|%[0-9a-f]{2}/iu.test(segment)) return false
  // Windows reads `page.md::$DATA`, `page.md.` and `page.md ` as `page.md`.
  return process.platform !== 'win32' || !/[:*?"<>|]|[. ]$/.test(segment)
}

/** The URL path of a file or folder below the root: `guide/set up.png` -> `/guide/set%20up.png`. */
export function toUrlPath(relative: string): string {
  return `/${relative.split('/').map(encodeURIComponent).join('/')}`
}
