import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import { safeHref } from '../../site/pages/safe-href.ts'
import { smallPage } from './layout.ts'

/**
 * Leads on to the callback with a code. By the page and not by a redirect: browsers hold the console's forms to
 * `form-action 'self'` through redirects too.
 */
export function goingToSitePage(view: { project: Project; to: string; traceId: string }): string {
  const to = safeHref(view.to)
  return smallPage(
    `Going to ${view.project.name}`,
    html`<h1>Going to ${view.project.name}</h1>
<p>The code is made; the callback takes it now. If this page stays, go on yourself, within a minute.</p>
<div class="actions"><a class="button" href="${to}">Go on</a> <a class="button button-quiet" href="/console/sign-ins/${view.traceId}">See the attempt</a></div>`,
    to,
  )
}
