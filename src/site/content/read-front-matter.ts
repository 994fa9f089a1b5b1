import { parseDocument } from 'yaml'

/** The settings at the top of a Markdown file, and the text below them. */
export interface FrontMatter {
  readonly title?: string
  readonly order?: number
  readonly summary?: string
  /** The language that the page is written in (RFC 5646). */
  readonly lang?: string
  /** Null: every reader. */
  readonly groups: readonly string[] | null
  /** Why the settings cannot be trusted; the page is then closed to everyone. */
  readonly problem?: string
  readonly body: string
}

/**
 * Reads YAML between two `---` lines. A mistake here could open a closed page, so whatever looks like settings
 * and cannot be read as such is a problem and never "no settings".
 */
export function readFrontMatter(source: string): FrontMatter {
  const text = source.replace(/^\uFEFF/, '').replace(/^(?:[ \t]*\r?\n)+/, '')
  const lines = text.split(/\r?\n/)
  const first = lines[0]!.trimEnd()
  if (/^(\+\+\+|;;;|---\s*\w)/.test(first))
    return problem(`settings are YAML between two lines of ---, not ${first}`)
  if (first !== '---') return withoutSettings(text, lines)
  const end = lines.findIndex((line, at) => at > 0 && /^(---|\.\.\.)\s*$/.test(line))
  if (end === -1) return problem('the first line is --- but no second --- closes the settings')
  return { ...readSettings(lines.slice(1, end).join('\n')), body: lines.slice(end + 1).join('\n') }
}

function withoutSettings(body: string, lines: readonly string[]): FrontMatter {
  const top = lines.slice(0, 20)
  const heading = top.findIndex(line => /^(#|```|~~~)/.test(line))
  const stray = top
    .slice(0, heading === -1 ? top.length : heading)
    .find(line => /^\s*["']?(reader)?groups?["']?\s*:/i.test(line))
  if (stray === undefined) return { groups: null, body }
  return problem(`"${stray.trim()}" stands at the top but not between two lines of ---`)
}

function readSettings(yaml: string): Omit<FrontMatter, 'body'> {
  try {
    const document = parseDocument(yaml)
    const mistake = document.errors[0]
    // Lines are counted in the file, where the settings begin on the second line.
    if (mistake)
      return problem(`line ${(mistake.linePos?.[0].line ?? 0) + 1}: ${mistake.message.split('\n')[0]}`)
    return readFields(document.toJS())
  } catch (error) {
    return problem(error instanceof Error ? error.message : 'the YAML cannot be read')
  }
}

function readFields(settings: unknown): Omit<FrontMatter, 'body'> {
  if (settings === null) return { groups: null }
  if (typeof settings !== 'object' || Array.isArray(settings))
    return problem('settings are lines of "name: value"')
  const fields = new Map(Object.entries(settings))
  const misspelt = [...fields.keys()].find(
    name => name !== 'groups' && /^(reader)?[-_ ]?groups?$/i.test(name),
  )
  if (misspelt !== undefined) return problem(`"${misspelt}" is not a setting; it is written "groups"`)
  const groups = fields.has('groups') ? readGroups(fields.get('groups')) : null
  if (typeof groups === 'string') return problem(groups)
  const title = fields.get('title')
  const order = fields.get('order')
  const summary = fields.get('summary')
  const lang = fields.get('lang')
  return {
    groups,
    ...(isScalar(title) && { title: String(title) }),
    ...(typeof order === 'number' && Number.isFinite(order) && { order }),
    ...(isScalar(summary) && { summary: String(summary) }),
    ...(typeof lang === 'string' && /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(lang) && { lang }),
  }
}

function readGroups(value: unknown): readonly string[] | string {
  const list = Array.isArray(value) ? value : [value]
  const slugs = list.filter(isScalar).map(slug => String(slug).trim())
  if (slugs.length === list.length && slugs.length > 0 && slugs.every(slug => slug !== '')) return slugs
  return '"groups" is a list of group slugs, as in groups: [staff]; for every reader leave the line out'
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function problem(why: string): FrontMatter {
  return { groups: [], problem: why, body: '' }
}
