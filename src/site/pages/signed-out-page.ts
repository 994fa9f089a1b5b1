import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { noticePage, type ProjectView } from './layout.ts'
import { safeHref } from './safe-href.ts'

/** Where a reader lands after signing out. */
export function signedOutPage(view: {
  words: Words
  project?: ProjectView | undefined
  /** `site`: of this site alone; `all`: a sign-off, which ended every site with it. */
  of: 'site' | 'all'
  /** Where signing in again begins. */
  signInAt: string
}): string {
  const { words, project, of, signInAt } = view
  const { title, ofSite, ofAll, signInAgain } = words.signedOut
  return noticePage({
    words,
    title,
    project,
    tone: 'calm',
    body: html`<h1>${title}</h1>
<p>${of === 'site' && project ? ofSite(project.name) : ofAll}</p>
<div class="actions"><a class="button" href="${safeHref(signInAt)}">${signInAgain}</a></div>`,
  })
}
