import MarkdownIt, { type StateCore, type Token } from 'markdown-it'

export interface Heading {
  readonly id: string
  readonly text: string
  readonly level: number
}

export interface RenderedMarkdown {
  readonly html: string
  readonly headings: readonly Heading[]
  /** The words without the markup, for searching. */
  readonly text: string
}

interface RenderEnv {
  directory: string
  headings: Heading[]
  words: string[]
}

// `html: true`: whoever can write into the content folder owns the site, and <kbd>, <details> or a figure are part of
// how documentation is written. Readers never write here, and the content security policy stops scripts all the same.
const markdown = new MarkdownIt({ html: true, linkify: true })

// Without a scheme, "README.md" would become a link to a host in Moldova.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
markdown.core.ruler.push('gatepass', state => {
  shapeCallouts(state)
  for (const [at, token] of state.tokens.entries()) {
    if (token.type === 'heading_open') anchorHeading(state, token, state.tokens[at + 1]!)
    if (token.type === 'inline') {
      shapeInline(state, token)
      // The title is searched and shown by itself.
      if (state.tokens[at - 1]?.tag !== 'h1') env(state).words.push(plainText(token))
    } else if (token.type === 'fence' || token.type === 'code_block') env(state).words.push(token.content)
  }
})

// What is too wide scrolls by itself, and can be reached by keyboard to do so.
markdown.renderer.rules.table_open = () =>
  '<div class="table-scroll" role="region" aria-label="Table" tabindex="0"><table>\n'
markdown.renderer.rules.table_close = () => '</table></div>\n'
markdown.renderer.rules.fence = (tokens, at) => codeBlock(tokens[at]!.content, tokens[at]!.info)
markdown.renderer.rules.code_block = (tokens, at) => codeBlock(tokens[at]!.content, '')

/** Renders a page that lies in `directory` (a URL path with a slash at both ends), to which relative links refer. */
export function renderMarkdown(source: string, directory: string): RenderedMarkdown {
  const environment: RenderEnv = { directory, headings: [], words: [] }
  const html = markdown.render(source, environment as never)
  return {
    html,
    headings: environment.headings,
    text: environment.words.join(' ').replace(/\s+/g, ' ').trim(),
  }
}

function env(state: StateCore): RenderEnv {
  return state.env as unknown as RenderEnv
}

function codeBlock(code: string, info: string): string {
  const encode = markdown.utils.escapeHtml
  const language = info
    .trim()
    .split(/\s+/)[0]!
    .replace(/[^\w+#.-]/g, '')
  const label = language === '' ? '' : ` data-language="${encode(language)}"`
  const name = language === '' ? '' : ` class="language-${encode(language)}"`
  return `<div class="code"${label}><pre tabindex="0"><code${name}>${encode(code)}</code></pre></div>\n`
}

function anchorHeading(state: StateCore, open: Token, inline: Token): void {
  const { headings } = env(state)
  const text = plainText(inline)
  const id = uniqueSlug(text, headings)
  const level = Number(open.tag.slice(1))
  open.attrSet('id', id)
  headings.push({ id, text, level })
  if (level === 1) return
  const anchor = new state.Token('html_inline', '', 0)
  const label = markdown.utils.escapeHtml(`Link to “${text}”`)
  anchor.content = ` <a class="anchor" href="#${encodeURIComponent(id)}" aria-label="${label}">#</a>`
  inline.children!.push(anchor)
}

function uniqueSlug(text: string, taken: readonly Heading[]): string {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{M}_]+/gu) ?? ['section']
  const slug = words.join('-')
  let id = slug
  for (let count = 2; taken.some(heading => heading.id === id); count++) id = `${slug}-${count}`
  return id
}

function plainText(inline: Token): string {
  const parts = inline.children!.map(child => {
    if (child.type === 'softbreak' || child.type === 'hardbreak') return ' '
    if (child.type === 'image') return plainText(child)
    return child.type === 'text' || child.type === 'code_inline' ? child.content : ''
  })
  return parts.join('').trim()
}

function shapeInline(state: StateCore, inline: Token): void {
  const { directory } = env(state)
  for (const child of inline.children!) {
    if (child.type === 'link_open') shapeLink(child, directory)
    if (child.type === 'image') {
      child.attrSet('src', resolveLink(String(child.attrGet('src')), directory))
      child.attrSet('loading', 'lazy')
    }
  }
}

function shapeLink(link: Token, directory: string): void {
  const href = String(link.attrGet('href') ?? '')
  link.attrSet('href', resolveLink(href, directory))
  if (/^(https?:)?\/\//i.test(href)) link.attrSet('rel', 'noopener noreferrer')
}

/** `setup.md#two` in `/guide/` -> `/guide/setup#two`; what leaves the site stays as it is. */
function resolveLink(href: string, directory: string): string {
  if (href === '' || /^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(href)) return href
  const url = URL.parse(href, `http://site.invalid${directory}`)
  if (url === null) return href
  // README.md is left to a redirect, because it is a folder's first page only where there is no index.md.
  const path = url.pathname.replace(/(^|\/)index\.md$/, '$1').replace(/(?<!\/readme)\.md$/i, '')
  return path + url.search + url.hash
}

const calloutTitles: Record<string, string> = {
  note: 'Note',
  tip: 'Tip',
  important: 'Important',
  warning: 'Warning',
  caution: 'Caution',
}

// > [!NOTE] at the top of a quotation, as on GitHub, so that the same file reads well in both places.
function shapeCallouts(state: StateCore): void {
  for (const [at, open] of state.tokens.entries()) {
    const inline = state.tokens[at + 2]
    if (open.type !== 'blockquote_open' || inline?.type !== 'inline') continue
    const kind = /^\[!(\w+)\]$/.exec(inline.children![0]?.content.trim() ?? '')?.[1]?.toLowerCase()
    const second = inline.children![1]
    if (kind === undefined || !Object.hasOwn(calloutTitles, kind) || (second && second.type !== 'softbreak'))
      continue
    const close = state.tokens.slice(at).find(t => t.type === 'blockquote_close' && t.level === open.level)!
    open.tag = close.tag = 'aside'
    open.attrSet('class', `callout callout-${kind}`)
    open.attrSet('role', 'note')
    inline.children!.splice(0, 2)
    const title = new state.Token('html_inline', '', 0)
    title.content = `<strong class="callout-title">${calloutTitles[kind]}</strong>`
    inline.children!.unshift(title)
  }
}
