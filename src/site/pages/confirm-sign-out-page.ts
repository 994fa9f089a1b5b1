import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { noticePage, type ProjectView } from './layout.ts'

/** Asks whether to sign out, where nothing shows that the reader wished it. */
export function confirmSignOutPage(view: {
  words: Words
  project?: ProjectView | undefined
  parameters: Readonly<Record<string, unknown>>
  action?: '/oauth/logout' | '/logout'
}): string {
  const { words, project, parameters, action = '/oauth/logout' } = view
  const { title, sentence } = words.signOut
  const kept = Object.entries(parameters).filter(([, value]) => typeof value === 'string')
  return noticePage({
    words,
    title,
    project,
    tone: 'calm',
    body: html`<h1>${title}</h1>
<p>${sentence}</p>
<form method="post" action="${action}">
!${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${String(value)}">`)}
<div class="actions"><button class="button" type="submit">${words.shared.signOut}</button></div>
</form>`,
  })
}
