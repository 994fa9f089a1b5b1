import { html } from 'ghtml'
import { noticePage, type ProjectView, traceBlock } from './layout.ts'

export interface ConfirmPage {
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
  const { project, reader, signedInAs, loginHost, half, traceId } = view
  const title = `Continue as ${reader.email}?`
  return noticePage({
    title,
    project,
    tone: 'calm',
    body: html`<h1>${title}</h1>
<p class="lead">A link is about to sign you in to ${project.name}.</p>
<dl class="facts">
<div><dt>Knowledge base</dt><dd>${project.name}</dd></div>
<div><dt>Name</dt><dd>${reader.name}</dd></div>
<div><dt>E-mail</dt><dd>${reader.email}</dd></div>
!${signedInAs === undefined ? '' : html`<div><dt>Signed in now</dt><dd>${signedInAs}</dd></div>`}
</dl>
<h2>Why you are asked</h2>
<p>This sign-in did not begin in this browser. That is fine if you have just come from ${loginHost} and this is you.
If somebody sent you the link, do not continue: you would be reading, and be seen, as somebody else.</p>
<form class="actions" method="post">
<input type="hidden" name="half" value="${half}">
<button class="button" type="submit" name="answer" value="continue">Continue</button>
<button class="button button-quiet" type="submit" name="answer" value="not-me">Not me: sign in myself</button>
</form>
!${traceBlock(traceId)}`,
  })
}
