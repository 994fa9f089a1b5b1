import { html } from 'ghtml'
import { noticePage, type ProjectView } from './layout.ts'
import { safeHref } from './safe-href.ts'

/**
 * Leads on after a form of ours, where the way goes on through other sites. By the page and not by a redirect, because
 * browsers hold a form to `form-action` through its redirects, and whom those lead to is not ours to know.
 */
export function goingOnPage(view: { project?: ProjectView | undefined; title: string; to: string }): string {
  const to = safeHref(view.to)
  return noticePage({
    title: view.title,
    project: view.project,
    tone: 'good',
    refreshTo: to,
    body: html`<h1>${view.title}</h1>
<p>If this page stays, go on yourself.</p>
<div class="actions"><a class="button" href="${to}">Go on</a></div>`,
  })
}
