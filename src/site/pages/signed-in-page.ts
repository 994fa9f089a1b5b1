import { html } from 'ghtml'
import { noticePage, type ProjectView, type ReaderView, signOutForm, untilTime } from './layout.ts'
import { groupTags, shownName } from './site-frame.ts'

/** What a site without content shows: who is signed in, and until when. */
export function signedInPage(view: { project: ProjectView; reader: ReaderView; expiresAt: number }): string {
  const { project, reader, expiresAt } = view
  return noticePage({
    title: 'You are signed in',
    project,
    tone: 'good',
    body: html`<h1>You are signed in</h1>
<p>This site has no pages yet. Sign-in works, and this is what it knows about you.</p>
<dl class="facts">
<div><dt>Name</dt><dd>${shownName(reader)}</dd></div>
<div><dt>E-mail</dt><dd>${reader.email}</dd></div>
<div><dt>Reader groups</dt><dd>!${groupTags(reader.groups) || 'none'}</dd></div>
<div><dt>Signed in until</dt><dd>!${untilTime(expiresAt)}</dd></div>
</dl>
<div class="actions">!${signOutForm('button button-quiet')}</div>`,
  })
}
