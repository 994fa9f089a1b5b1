/** A page that was found: the words around the first hit, cut into pieces so that hits can be marked. */
export interface SearchHit {
  readonly title: string
  readonly path: string
  readonly excerpt: readonly { readonly text: string; readonly hit: boolean }[]
}

export interface SearchablePage {
  readonly title: string
  readonly path: string
  readonly headings: readonly { readonly text: string }[]
  readonly text: string
}

const mostTerms = 8
const longestQuery = 200
const mostHits = 30
const excerptLength = 220

/** Pages that contain every word of the query, best first: words in titles weigh most, then in headings, then in text. */
export function searchPages(query: string, pages: Iterable<SearchablePage>): SearchHit[] {
  const words = query
    .slice(0, longestQuery)
    .split(/[\s"']+/)
    .filter(Boolean)
  const terms = [...new Set(words)]
    .slice(0, mostTerms)
    .map(word => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  if (terms.length === 0) return []
  const each = terms.map(term => new RegExp(term, 'giu'))
  const any = new RegExp(terms.join('|'), 'giu')
  return [...pages]
    .map(page => ({ page, score: score(page, each) }))
    .filter(found => found.score > 0)
    .sort((a, b) => b.score - a.score || a.page.title.localeCompare(b.page.title))
    .slice(0, mostHits)
    .map(({ page }) => ({ title: page.title, path: page.path, excerpt: excerpt(page.text, any) }))
}

function score(page: SearchablePage, terms: readonly RegExp[]): number {
  const headings = page.headings.map(heading => heading.text).join('\n')
  let total = 0
  for (const term of terms) {
    const points = 20 * count(page.title, term, 2) + 5 * count(headings, term, 3) + count(page.text, term, 10)
    if (points === 0) return 0
    total += points
  }
  return total
}

function count(text: string, term: RegExp, most: number): number {
  let found = 0
  for (const _ of text.matchAll(term)) if (++found === most) break
  return found
}

function excerpt(text: string, any: RegExp): SearchHit['excerpt'] {
  const first = Math.max(0, text.search(any))
  const start = first < 60 ? 0 : text.indexOf(' ', first - 60) + 1 || first
  const piece = text.slice(Math.min(start, first), start + excerptLength)
  const cut = start + excerptLength < text.length ? piece.replace(/\s\S*$/, ' …') : piece
  const shown = (start > 0 ? '… ' : '') + cut
  const pieces: { text: string; hit: boolean }[] = []
  let from = 0
  for (const match of shown.matchAll(any)) {
    if (match.index > from) pieces.push({ text: shown.slice(from, match.index), hit: false })
    pieces.push({ text: match[0], hit: true })
    from = match.index + match[0].length
  }
  if (from < shown.length) pieces.push({ text: shown.slice(from), hit: false })
  return pieces
}
