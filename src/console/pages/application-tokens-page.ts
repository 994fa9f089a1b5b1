import { html } from 'ghtml'
import { isActive } from '../../projects/client-secrets.ts'
import { LOGIN_TOKEN_CALLBACK } from '../../projects/login-token-callback.ts'
import type { Client, Project } from '../../projects/project.ts'
import { lives } from '../secret-choices.ts'
import type { ShownOnce } from '../show-once.ts'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal, selectField, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { card, copyable, empty, momentText, shownOnce, table } from './parts.ts'
import { secretHead, secretRow } from './secrets-card.ts'

/** Of the choices, the one without an end. */
export const NO_END = 'none'

interface View {
  readonly project: Project
  readonly client: Client | undefined
  readonly path: string
  readonly issuer: string
  readonly shown: ShownOnce | undefined
  readonly refused: Refused | undefined
}

export function applicationTokensPage(frame: ConsoleFrame, view: View): string {
  const { project, client, path, issuer, shown, refused } = view
  const newestFirst = (client?.secrets ?? []).toReversed()
  const working = newestFirst.filter(secret => isActive(secret, frame.now))
  const over = newestFirst.filter(secret => !isActive(secret, frame.now))
  const mayWrite = frame.scopes.has('secrets:write')
  const rows = (secrets: typeof working) =>
    secrets.map(secret => secretRow(frame, secret, working, path, mayWrite))
  const listed = table('Application tokens that work', secretHead, rows(working))
  return consolePage(frame, {
    title: 'Application tokens',
    lead: 'For a program that signs readers in with one-time login tokens, as it would with another vendor’s portal. A token belongs to one program.',
    main: html`!${shownOnce(shown)}!${refusal(refused, 'form-token')}
!${working.length > 0 ? html`<section class="card" id="secrets"><h2>Tokens that work</h2>!${listed}</section>` : empty('No token works.', 'A login endpoint that pushes its readers needs none.')}
!${mayWrite ? make(frame, path, refused) : ''}
!${card(
      'What the program needs',
      html`!${copyable('Endpoint', issuer, 'What its client library calls endpoint or base URL; it asks at /auth-tokens.create.')}
!${copyable('Callback', `${project.siteUrl}${LOGIN_TOKEN_CALLBACK}?jwt=`, 'Where it sends the reader, with the login token appended: within five minutes, once.')}
!${copyable('Callback at this server', `${issuer}/${project.slug}${LOGIN_TOKEN_CALLBACK}?jwt=`, 'Leads to the same.')}`,
    )}
!${over.length > 0 ? html`<details class="card"><summary>Ended tokens (${String(over.length)})</summary>!${table('Application tokens that work no longer', secretHead, rows(over))}</details>` : ''}`,
  })
}

function make(frame: ConsoleFrame, path: string, refused: Refused | undefined): string {
  const options = [
    ...lives.map(
      ({ value, label, milliseconds }) =>
        [value, `${label}, until ${momentText(frame.now + milliseconds).slice(0, 10)}`] as const,
    ),
    [NO_END, 'until it is revoked'] as const,
  ]
  return card(
    'New token',
    html`<form method="post" action="${path}" id="form-token" class="stack">!${hiddenToken(frame.token)}
!${textField({ name: 'label', label: 'What it is for', required: true, refused, placeholder: 'customer portal' })}
!${selectField({ name: 'life', label: 'It works for', value: '1y', options, refused })}
<div class="actions"><button class="button" type="submit">Make a token</button></div></form>`,
  )
}
