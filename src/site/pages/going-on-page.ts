import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { noticePage, type ProjectView } from './layout.ts'
import { safeHref } from './safe-href.ts'

/**
 * Leads on after a form of ours, where the way goes on through other sites. By the page and not by a redirect, because
 * browsers hold a form to `form-action` through its redirects, and whom those lead to is not ours to know.
 */
export function goingOnPage(view: {
  words: Words
  project?: ProjectView | undefined
  /** What is done. */
  title: string
  to: string
}): string {
  const { words, project, title } = view
  const to = safeHref(view.to)
  return noticePage({
    words,
    title,
    project,
    tone: 'good',
    refreshTo: to,
    body: html`<h1>${title}</h1>
<p>${words.goingOn.sentence}</p>
<div class="actions"><a class="button" href="${to}">${words.goingOn.goOn}</a></div>`,
  })
}
