import { html } from 'ghtml'
import { noticePage, type ProjectView } from './layout.ts'
import { safeHref } from './safe-href.ts'

/**
 * After "not me": leads on to a sign-in of one's own. By the page and not by a redirect, because browsers hold a form to
 * `form-action` through its redirects, and where the login URL leads is not ours to know.
 */
export function notMePage({ project, startAt }: { project: ProjectView; startAt: string }): string {
  return noticePage({
    title: 'Nobody was signed in',
    project,
    tone: 'calm',
    refreshTo: safeHref(startAt),
    body: html`<h1>Nobody was signed in</h1>
<p>The link is worth nothing any more. Next you can sign in yourself.</p>
<div class="actions"><a class="button" href="${safeHref(startAt)}">Sign in</a></div>`,
  })
}
