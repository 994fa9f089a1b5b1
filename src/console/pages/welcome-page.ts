import { html } from 'ghtml'
import type { Administrator } from '../../administrators/administrator.ts'
import type { Refused } from '../submit.ts'
import { hiddenToken, refusal, textField } from './form.ts'
import { smallPage } from './layout.ts'

/** Behind a one-time link: who you are, if that is not known, and a password. */
export function welcomePage(view: {
  token: string
  link: string
  /** Undefined: whoever opens the link becomes an owner. */
  administrator: Administrator | undefined
  refused?: Refused | undefined
}): string {
  const { token, link, administrator, refused } = view
  const title = administrator ? `Welcome, ${administrator.name}` : 'Welcome to Gatepass'
  const who = administrator
    ? html`<input type="hidden" name="email" value="${administrator.email}"><p class="lead">Choose a password for <strong>${administrator.email}</strong>.</p>`
    : html`<p class="lead">You are about to become an owner of this Gatepass: you may do everything, and invite others.</p>
!${textField({ name: 'name', label: 'Your name', autocomplete: 'name', required: true, refused, autofocus: true })}
!${textField({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', required: true, refused, hint: 'You sign in with it; nothing is sent there.' })}`
  return smallPage(
    title,
    html`<h1>${title}</h1>
!${refusal(refused)}
<form method="post" action="/console/welcome" class="stack">
!${hiddenToken(token)}<input type="hidden" name="link" value="${link}">
!${who}
!${textField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', required: true, refused, hint: 'At least 12 characters. Several words are easier to remember than odd signs.' })}
!${textField({ name: 'repeated', label: 'The same again', type: 'password', autocomplete: 'new-password', required: true, refused })}
<button class="button button-wide" type="submit">Set password and go on</button>
</form>`,
  )
}
