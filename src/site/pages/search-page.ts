import { html } from 'ghtml'
import type { SearchHit } from '../content/search-pages.ts'
import { safeHref } from './safe-href.ts'
import { type SiteFrame, siteDocument } from './site-frame.ts'

/** The pages that a search found, out of those that the reader may open. */
export function searchPage(view: SiteFrame & { query: string; hits: readonly SearchHit[] }): string {
  const { query, hits } = view
  const { title, titleFor, empty, nothing, found } = view.words.search
  const asked = query.trim() !== ''
  const verdict = hits.length === 0 ? nothing(query) : found(hits.length, query)
  return siteDocument(view, {
    title: asked ? titleFor(query) : title,
    query,
    main: html`<div class="prose">
<h1>${title}</h1>
<p class="search-count">${asked ? verdict : empty}</p>
</div>
<ol class="hits">!${hits.map(searchHit)}</ol>`,
  })
}

function searchHit(hit: SearchHit): string {
  const words = hit.excerpt.map(({ text, hit: marked }) =>
    marked ? html`<mark>${text}</mark>` : html`${text}`,
  )
  return html`<li><a href="${safeHref(hit.path)}">${hit.title}</a><p>!${words}</p></li>`
}
