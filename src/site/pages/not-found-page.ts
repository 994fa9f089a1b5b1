import { html } from 'ghtml'
import { traceBlock } from './layout.ts'
import { type SiteFrame, siteDocument } from './site-frame.ts'

/** No such page. The navigation stays, so that the way on is one click. */
export function notFoundPage(view: SiteFrame & { path: string; traceId: string }): string {
  const { words } = view
  const { title, heading, sentence } = words.notFound
  return siteDocument(view, {
    title,
    main: html`<article class="prose lost">
<p class="lost-number" aria-hidden="true">404</p>
<h1>${heading}</h1>
<p>!${sentence(html`<code>${shortened(view.path)}</code>`)}</p>
<div class="actions"><a class="button" href="/">${words.shared.firstPage}</a></div>
!${traceBlock(words, view.traceId)}
</article>`,
  })
}

function shortened(path: string): string {
  return path.length > 120 ? `${path.slice(0, 120)}…` : path
}
