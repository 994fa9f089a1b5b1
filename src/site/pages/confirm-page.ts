import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { noticePage, type ProjectView, traceBlock } from './layout.ts'

export interface ConfirmPage {
  readonly words: Words
  readonly project: ProjectView
  readonly reader: { readonly name: string; readonly email: string }
  /** Who else is signed in in this browser. */
  readonly signedInAs?: string | undefined
  /** Where people sign in. */
  readonly loginHost: string
  /** The page's half of the question. */
  readonly half: string
  readonly traceId: string
}

/** Asks before a link signs anybody in. The form has no action: posted to its own address it keeps what is behind `#`. */
export function confirmPage(view: ConfirmPage): string {
  const { words, project, reader, signedInAs, loginHost, half, traceId } = view
  const { confirm, shared } = words
  const title = confirm.title(reader.email)
  return noticePage({
    words,
    title,
    project,
    tone: 'calm',
    body: html`<h1>${title}</h1>
<p class="lead">${confirm.lead(project.name)}</p>
<dl class="facts">
<div><dt>${confirm.site}</dt><dd>${project.name}</dd></div>
<div><dt>${shared.name}</dt><dd>${reader.name}</dd></div>
<div><dt>${shared.email}</dt><dd>${reader.email}</dd></div>
!${signedInAs === undefined ? '' : html`<div><dt>${confirm.signedInNow}</dt><dd>${signedInAs}</dd></div>`}
</dl>
<h2>${confirm.why}</h2>
<p>${confirm.fine(loginHost)}
${confirm.notFine}</p>
<form class="actions" method="post">
<input type="hidden" name="half" value="${half}">
<button class="button" type="submit" name="answer" value="continue">${confirm.yes}</button>
<button class="button button-quiet" type="submit" name="answer" value="not-me">${confirm.no}</button>
</form>
!${traceBlock(words, traceId)}`,
  })
}
