import { html } from 'ghtml'
import { traceBlock } from './layout.ts'
import { type SiteFrame, siteDocument } from './site-frame.ts'

/** No such page. The navigation stays, so that the way on is one click. */
export function notFoundPage(view: SiteFrame & { path: string; traceId: string }): string {
  return siteDocument(view, {
    title: 'Page not found',
    main: html`<article class="prose lost">
<p class="lost-number" aria-hidden="true">404</p>
<h1>There is no page here</h1>
<p>Nothing is published at <code>${shortened(view.path)}</code>. It may have moved, or the link may have a typing mistake in it.</p>
<div class="actions"><a class="button" href="/">Go to the first page</a></div>
!${traceBlock(view.traceId)}
</article>`,
  })
}

function shortened(path: string): string {
  return path.length > 120 ? `${path.slice(0, 120)}…` : path
}
