import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { noticePage, type ProjectView } from './layout.ts'
import { safeHref } from './safe-href.ts'

/** Where a project's readers can sign in at several identity providers, they say where theirs is. */
export function chooseProviderPage(view: {
  words: Words
  project: ProjectView
  choices: readonly { readonly name: string; readonly href: string }[]
}): string {
  const { words, project, choices } = view
  const { title, sentence } = words.chooseProvider
  return noticePage({
    words,
    title: title(project.name),
    project,
    tone: 'calm',
    body: html`<h1>${title(project.name)}</h1>
<p class="lead">${sentence}</p>
<ul class="providers">!${choices.map(({ name, href }) => html`<li><a class="button button-quiet" href="${safeHref(href)}">${name}</a></li>`)}</ul>`,
  })
}
