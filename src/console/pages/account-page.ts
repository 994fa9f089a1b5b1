import { html } from 'ghtml'
import type { AdministratorSession } from '../../administrators/administrator-sessions.ts'
import type { Refused } from '../submit.ts'
import { browserName } from './browser-name.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { ago, badge, card, table } from './parts.ts'
import { roleName } from './role-name.ts'

export function accountPage(
  frame: ConsoleFrame,
  view: { sessions: readonly AdministratorSession[]; current: Buffer; refused?: Refused | undefined },
): string {
  const { me, token, now } = frame
  const { sessions, current, refused } = view
  return consolePage(frame, {
    title: 'Your account',
    lead: html`${me.email}, ${roleName(me.role)}`,
    main: html`!${refusal(refused)}
!${card('Password', passwordForm(token, refused))}
!${card('Second factor', secondFactor(me.hasTotp, token, refused))}
!${card(
      'Where you are signed in',
      html`!${table(
        'Sessions',
        ['Browser', 'Address', 'Signed in', 'Last seen', ''],
        sessions.map(session => [
          html`${browserName(session.userAgent)}`,
          html`<span class="mono">${session.address ?? 'unknown'}</span>`,
          ago(session.createdAt, now),
          ago(session.lastSeenAt, now),
          session.key.equals(current)
            ? badge('good', 'this one')
            : endForm(token, session.key.toString('base64url'), 'Sign out there'),
        ]),
      )}!${sessions.length > 1 ? endForm(token, 'others', 'Sign out everywhere else') : ''}`,
      'A session ends after an hour without a click, and after twelve hours in any case.',
    )}`,
  })
}

function passwordForm(token: string, refused: Refused | undefined): string {
  return html`<form method="post" action="/console/account/password" class="stack">!${hiddenToken(token)}
!${textField({ name: 'current', label: 'Current password', type: 'password', autocomplete: 'current-password', required: true, refused })}
!${textField({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', required: true, refused, hint: 'At least 12 characters.' })}
!${textField({ name: 'repeated', label: 'The same again', type: 'password', autocomplete: 'new-password', required: true, refused })}
<div class="actions"><button class="button" type="submit">Set new password</button></div></form>`
}

function secondFactor(on: boolean, token: string, refused: Refused | undefined): string {
  if (!on) {
    return html`<p>!${badge('warn', 'off')} With a second factor a stolen password is not enough to sign in.</p>
<div class="actions"><a class="button" href="/console/account/second-factor">Switch it on</a></div>`
  }
  return html`<p>!${badge('good', 'on')} Signing in asks for six digits of your authenticator app.</p>
<form method="post" action="/console/account/second-factor/remove" class="stack">!${hiddenToken(token)}
!${textField({ name: 'current_for_second_factor', id: 'totp-current', label: 'Your password', type: 'password', autocomplete: 'current-password', required: true, refused })}
<div class="actions"><button class="button button-danger" type="submit">Switch it off</button></div></form>`
}

function endForm(token: string, session: string, label: string): string {
  return html`<form method="post" action="/console/account/sessions/end">!${hiddenToken(token)}<input type="hidden" name="session" value="${session}"><button class="button button-quiet button-small" type="submit">${label}</button></form>`
}
