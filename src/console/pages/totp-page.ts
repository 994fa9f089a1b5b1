import { html } from 'ghtml'
import { renderSVG } from 'uqr'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { copyable } from './parts.ts'

export function totpPage(
  frame: ConsoleFrame,
  view: { uri: string; typed: string; sealed: string; refused?: Refused | undefined },
): string {
  const { uri, typed, sealed, refused } = view
  return consolePage(frame, {
    title: 'Switch the second factor on',
    lead: 'You need an authenticator app on your phone: any that makes six digits every 30 seconds.',
    main: html`!${refusal(refused)}
<section class="card">
<ol class="steps-list">
<li><p>Scan this picture with the app, or type the key into it.</p>
<div class="qr" role="img" aria-label="QR code with the key below">!${renderSVG(uri, { border: 2 })}</div>
!${copyable('Key', typed)}</li>
<li><p>Type the digits that the app shows now, and your password.</p>
<form method="post" action="/console/account/second-factor" class="stack">!${hiddenToken(frame.token)}<input type="hidden" name="sealed" value="${sealed}">
!${textField({ name: 'digits', label: 'Six digits', autocomplete: 'one-time-code', inputmode: 'numeric', required: true, mono: true, refused })}
!${textField({ name: 'current', label: 'Your password', type: 'password', autocomplete: 'current-password', required: true, refused })}
<div class="actions"><button class="button" type="submit">Switch it on</button> <a class="button button-quiet" href="/console/account">Not now</a></div></form></li>
</ol></section>`,
  })
}
