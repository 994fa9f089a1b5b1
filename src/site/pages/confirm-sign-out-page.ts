import { html } from 'ghtml'
import { noticePage } from './layout.ts'

/** Asks whether to sign out, where nothing shows that the reader wished it. */
export function confirmSignOutPage({
  parameters,
}: {
  parameters: Readonly<Record<string, unknown>>
}): string {
  const kept = Object.entries(parameters).filter(([, value]) => typeof value === 'string')
  return noticePage({
    title: 'Sign out?',
    project: undefined,
    tone: 'calm',
    body: html`<h1>Sign out?</h1>
<p>This ends your sign-in here, and on every site that it opened.</p>
<form method="post" action="/oauth/logout">
!${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${String(value)}">`)}
<div class="actions"><button class="button" type="submit">Sign out</button></div>
</form>`,
  })
}
