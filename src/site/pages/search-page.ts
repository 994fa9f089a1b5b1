import { html } from 'ghtml'
import type { SearchHit } from '../content/search-pages.ts'
import { safeHref } from './safe-href.ts'
import { type SiteFrame, siteDocument } from './site-frame.ts'

/** The pages that a search found, out of those that the reader may open. */
export function searchPage(view: SiteFrame & { query: string; hits: readonly SearchHit[] }): string {
  const { query, hits } = view
  return siteDocument(view, {
    title: query.trim() === '' ? 'Search' : `Search: ${query}`,
    query,
    main: html`<div class="prose">
<h1>Search</h1>
<p class="search-count">${verdict(query, hits.length)}</p>
</div>
<ol class="hits">!${hits.map(searchHit)}</ol>`,
  })
}

function verdict(query: string, count: number): string {
  if (query.trim() === '')
    return 'Type one or more words into the search field. Pages that contain all of them are listed here.'
  if (count === 0) return `No page that you can open contains “${query}”. Fewer or shorter words find more.`
  return `${count} ${count === 1 ? 'page contains' : 'pages contain'} “${query}”.`
}

function searchHit(hit: SearchHit): string {
  const words = hit.excerpt.map(({ text, hit: marked }) =>
    marked ? html`<mark>${text}</mark>` : html`${text}`,
  )
  return html`<li><a href="${safeHref(hit.path)}">${hit.title}</a><p>!${words}</p></li>`
}
