import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { noticePage, type ProjectView, type ReaderView, signOutForm, untilTime } from './layout.ts'
import { groupTags, shownName } from './site-frame.ts'

/** What a site without content shows: who is signed in, and until when. */
export function signedInPage(view: {
  words: Words
  project: ProjectView
  reader: ReaderView
  expiresAt: number
}): string {
  const { words, project, reader, expiresAt } = view
  const { signedIn, shared } = words
  return noticePage({
    words,
    title: signedIn.title,
    project,
    tone: 'good',
    body: html`<h1>${signedIn.title}</h1>
<p>${signedIn.sentence}</p>
<dl class="facts">
<div><dt>${shared.name}</dt><dd>${shownName(reader)}</dd></div>
<div><dt>${shared.email}</dt><dd>${reader.email}</dd></div>
<div><dt>${shared.groups}</dt><dd>!${groupTags(words, reader.groups) || html`${shared.none}`}</dd></div>
<div><dt>${signedIn.until}</dt><dd>!${untilTime(expiresAt)}</dd></div>
</dl>
<div class="actions">!${signOutForm(words, 'button button-quiet')}</div>`,
  })
}
