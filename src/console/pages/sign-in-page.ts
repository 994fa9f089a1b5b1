import { html } from 'ghtml'
import type { Refused } from '../submit.ts'
import { doneSentence } from './done.ts'
import { hiddenToken, refusal, textField } from './form.ts'
import { smallPage } from './layout.ts'

export function signInPage(view: {
  token: string
  next: string
  done: string
  refused?: Refused | undefined
  /** There is no administrator at all. */
  nobodyYet: boolean
}): string {
  const { token, next, refused, nobodyYet } = view
  const done = doneSentence(view.done)
  return smallPage(
    'Sign in to the console',
    html`<h1>Console</h1>
!${done ? html`<p class="flash flash-good" role="status">${done}</p>` : ''}
!${nobodyYet ? html`<p class="flash flash-warn">There is no administrator yet. The server printed a one-time link when it started; <code>gatepass admin link</code> prints another.</p>` : ''}
!${refusal(refused)}
<form method="post" action="/console/sign-in" class="stack">
!${hiddenToken(token)}<input type="hidden" name="next" value="${next}">
!${textField({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', required: true, refused, autofocus: refused === undefined })}
!${textField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true, refused })}
<button class="button button-wide" type="submit">Sign in</button>
</form>
<details class="more"><summary>Forgotten your password?</summary><p>Ask an owner for a new link (Administrators, then your name), or on the server run <code>gatepass admin link --email you@example.com</code>.</p></details>
<p class="hint">For administrators. Came to read something? Open your knowledge base itself: it signs you in on its own.</p>`,
  )
}
