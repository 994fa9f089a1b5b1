import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { noticePage, type ProjectView } from './layout.ts'
import { safeHref } from './safe-href.ts'

/**
 * After "not me": leads on to a sign-in of one's own. By the page and not by a redirect, because browsers hold a form to
 * `form-action` through its redirects, and where the login URL leads is not ours to know.
 */
export function notMePage(view: { words: Words; project: ProjectView; startAt: string }): string {
  const { words, project } = view
  const { title, sentence } = words.notMe
  const startAt = safeHref(view.startAt)
  return noticePage({
    words,
    title,
    project,
    tone: 'calm',
    refreshTo: startAt,
    body: html`<h1>${title}</h1>
<p>${sentence}</p>
<div class="actions"><a class="button" href="${startAt}">${words.shared.signIn}</a></div>`,
  })
}
