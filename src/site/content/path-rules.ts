/** Who may read what lies at a path: `/internal/*` (the folder and all below it) or exactly `/pricing`. */
export interface PathRule {
  readonly path: string
  /** Slugs of reader groups; a reader needs one of them. Empty: nobody gets in. */
  readonly groups: readonly string[]
}

/** What a page asks of its reader: one group out of each list. Null: every reader may open it. `[[]]`: nobody may. */
export type NeededGroups = readonly (readonly string[])[] | null

export const closedToEveryone: NeededGroups = [[]]

/** True when a reader with these groups has one out of every list. */
export function mayOpen(needed: NeededGroups, readerGroups: readonly string[]): boolean {
  return needed === null || needed.every(list => list.some(group => readerGroups.includes(group)))
}

/** Both must be met. */
export function both(a: NeededGroups, b: NeededGroups): NeededGroups {
  if (a === null || b === null) return a ?? b
  return [...a, ...b]
}

/** Compiles rules into a look-up: all rules that match any of a file's paths must be met. Throws on a path it cannot read. */
export function compileRules(rules: readonly PathRule[]): (paths: readonly string[]) => NeededGroups {
  const compiled = rules.map(compileRule)
  return paths => {
    const keys = paths.map(ruleKey)
    const met = compiled.filter(rule => keys.some(rule.matches))
    return met.length === 0 ? null : met.map(rule => rule.groups)
  }
}

function compileRule(rule: PathRule): { matches: (key: string) => boolean; groups: readonly string[] } {
  const wrong = (why: string) => new Error(`The rule for ${JSON.stringify(rule.path)} cannot be read: ${why}`)
  if (!rule.path.startsWith('/')) throw wrong('a path begins with a slash')
  const path = rule.path.replace(/\*$/, '')
  if (path.includes('*')) throw wrong('an asterisk stands at the end and nowhere else')
  if (path !== rule.path && !path.endsWith('/'))
    throw wrong('write /folder/* for a folder and all that is in it')
  if (/\\|\/\/|(^|\/)\.\.?(\/|$)/.test(path)) throw wrong('it contains //, a backslash, . or ..')
  const key = ruleKey(decodeRule(path))
  // `/internal/` says folder to whoever writes it, so it closes the folder and not only the folder's first page.
  if (!path.endsWith('/')) return { matches: other => other === key, groups: rule.groups }
  const below = key === '/' ? '/' : `${key}/`
  return { matches: other => other === key || other.startsWith(below), groups: rule.groups }
}

function decodeRule(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

// Rules close doors, so they match wider than files are found: a file system (or an upstream behind forward-auth)
// that ignores case, or the `;parameters` of a segment, must not lead around them.
function ruleKey(path: string): string {
  const key = path
    .normalize('NFC')
    .toLowerCase()
    .replace(/;[^/]*/g, '')
    .replace(/\/+$/, '')
  return key === '' ? '/' : key
}
