import { languages, type Words } from './languages.ts'

export interface ChosenLanguage {
  readonly words: Words
  /** Whether another Accept-Language could have led to another language. */
  readonly varies: boolean
}

/**
 * The language of a page. `ui_locales` goes first: tags in order of preference with blanks between (OpenID Connect Core
 * 1.0, section 3.1.2.1). Then `Accept-Language` with its weights (RFC 9110, section 12.5.4), then English.
 * A tag finds its own language or that of its primary subtag: `de-AT` finds German (RFC 4647, section 3.4).
 */
export function chooseLanguage(
  uiLocales: string | undefined,
  acceptLanguage: string | undefined,
): ChosenLanguage {
  for (const tag of (uiLocales ?? '').split(' ')) {
    const words = languageOf(tag)
    if (words) return { words, varies: false }
  }
  return { words: fromHeader(acceptLanguage ?? '') ?? languages[0]!, varies: true }
}

/** Ranges beyond these are no wish of anybody's. */
const MOST_RANGES = 50
const rangePattern =
  /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i

function fromHeader(header: string): Words | undefined {
  const ranges = header
    .split(',', MOST_RANGES)
    .map(range => rangePattern.exec(range.trim()))
    .flatMap(match => (match ? [{ tag: match[1]!.toLowerCase(), weight: Number(match[2] ?? 1) }] : []))
  const named = new Set(ranges.map(range => range.tag))
  // The sort is stable: of two with the same weight the first is meant.
  const wished = ranges.filter(range => range.weight > 0).sort((a, b) => b.weight - a.weight)
  for (const { tag } of wished) {
    // The asterisk is every language that no other range names, those with a weight of 0 included.
    const words = tag === '*' ? languages.find(each => !named.has(each.tag)) : languageOf(tag)
    if (words) return words
  }
  return undefined
}

function languageOf(tag: string): Words | undefined {
  const [primary] = tag.toLowerCase().split('-')
  return languages.find(words => words.tag === primary)
}
