import { html } from 'ghtml'
import type { Refused } from '../submit.ts'
import { hiddenToken, refusal, textField } from './form.ts'
import { smallPage } from './layout.ts'

export function secondStepPage(view: {
  token: string
  next: string
  secondStep: string
  refused?: Refused | undefined
}): string {
  const { token, next, secondStep, refused } = view
  return smallPage(
    'Second step',
    html`<h1>Second step</h1>
<p class="lead">Type the six digits that your authenticator app shows.</p>
!${refusal(refused)}
<form method="post" action="/console/sign-in/second-step" class="stack">
!${hiddenToken(token)}<input type="hidden" name="next" value="${next}"><input type="hidden" name="second_step" value="${secondStep}">
!${textField({ name: 'digits', label: 'Six digits', autocomplete: 'one-time-code', inputmode: 'numeric', required: true, autofocus: true, mono: true, hint: 'New ones every 30 seconds; each works once.' })}
<button class="button button-wide" type="submit">Sign in</button>
</form>
<details class="more"><summary>Lost your phone?</summary><p>An owner can switch the second factor off for you (Administrators, then your name), or on the server run <code>gatepass admin link --email you@example.com --reset-totp</code>.</p></details>
<p class="hint"><a href="/console/sign-in">Begin again</a></p>`,
  )
}
