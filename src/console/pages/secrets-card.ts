// The secrets of one client: those that work, making another, and what became of earlier ones. Never a secret itself.
import { html } from 'ghtml'
import { isActive } from '../../projects/client-secrets.ts'
import type { Client, ClientSecret } from '../../projects/project.ts'
import { graces, lives } from '../secret-choices.ts'
import type { RefusedForm } from '../secrets.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, selectField, textField } from './form.ts'
import { ago, badge, momentText, table } from './parts.ts'

/** `path`: of the page that shows the card; its forms go below it. */
export function secretsCard(
  frame: ConsoleFrame,
  view: { client: Client; path: string; whose: string; refused: RefusedForm | undefined },
): string {
  const { client, path, whose, refused } = view
  const { now } = frame
  const newestFirst = client.secrets.toReversed()
  const working = newestFirst.filter(secret => isActive(secret, now))
  const over = newestFirst.filter(secret => !isActive(secret, now))
  const mayWrite = frame.scopes.has('secrets:write')
  const row = (secret: ClientSecret) => secretRow(frame, secret, working, path, mayWrite)
  return html`<section class="card" id="secrets"><h2>Client secret</h2>
<p class="about">Shown once, when it is made; here are the last four characters of it, to tell it by. Lost it, or has somebody seen it? Regenerate it.</p>
!${
    working.length > 0
      ? table('Secrets that work', secretHead, working.map(row))
      : html`<p class="flash flash-warn">No secret works: ${whose} is refused until you make one.</p>`
  }
!${mayWrite ? html`<div class="columns">!${regenerate(frame, path, working, refused)}!${working.length > 0 ? issue(frame, path, refused) : ''}</div>` : ''}
!${over.length > 0 ? html`<details><summary>Ended secrets (${String(over.length)})</summary>!${table('Secrets that work no longer', secretHead, over.map(row))}</details>` : ''}
</section>`
}

/** The columns of `secretRow`. */
export const secretHead = ['Secret', 'Label', 'Made', 'Last used', 'Ends', '']

/** A secret by its last characters. */
export function hintOf(secret: ClientSecret): string {
  return html`<code>…${secret.hint}</code>`
}

/** A secret as a row of a table; its form to revoke it is posted below `path`. */
export function secretRow(
  frame: ConsoleFrame,
  secret: ClientSecret,
  working: readonly ClientSecret[],
  path: string,
  mayWrite: boolean,
): string[] {
  const { now } = frame
  const active = isActive(secret, now)
  const ends = active
    ? secret.expiresAt === null
      ? html`<span class="quiet">not by itself</span>`
      : html`!${badge('warn', `until ${momentText(secret.expiresAt)}`)}`
    : html`<span class="quiet">${momentText(secret.expiresAt!)}</span>`
  return [
    hintOf(secret),
    html`<bdi>${secret.label}</bdi>`,
    ago(secret.createdAt, now),
    ago(secret.lastUsedAt, now),
    ends,
    mayWrite && active ? revoke(frame, secret, working.length === 1, path) : '',
  ]
}

function revoke(frame: ConsoleFrame, secret: ClientSecret, last: boolean, path: string): string {
  return html`<details class="inline-more"><summary>Revoke<span class="unseen"> the secret that ends in ${secret.hint}</span></summary>
<form method="post" action="${path}/secrets/revoke">!${hiddenToken(frame.token)}<input type="hidden" name="secret" value="${secret.id}">
<p class="hint">It stops working at once!${last ? html`, and <strong>no other one works</strong>: nothing signs in with it until you make a new one` : ''}.</p>
<button class="button button-danger button-small" type="submit">Revoke …${secret.hint}</button></form></details>`
}

function regenerate(
  frame: ConsoleFrame,
  path: string,
  working: readonly ClientSecret[],
  refused: RefusedForm | undefined,
): string {
  const own = refused?.form === 'regenerate' ? refused : undefined
  const options = graces.map(
    ({ value, label, milliseconds }) =>
      [
        value,
        milliseconds === 0 ? label : `${label}, until ${momentText(frame.now + milliseconds).slice(0, 16)}`,
      ] as const,
  )
  const grace = selectField({
    name: 'grace',
    label: 'The secrets before it go on working for',
    value: '24h',
    options,
    refused: own,
    hint: 'All of them, second ones too. Long enough for you to enter the new one everywhere; not at all if somebody has seen the old one.',
  })
  return html`<form method="post" action="${path}/secrets/regenerate" id="form-regenerate" class="stack part"><h3>${working.length > 0 ? 'Regenerate' : 'Make a secret'}</h3>!${hiddenToken(frame.token)}
!${working.length > 0 ? grace : html`<input type="hidden" name="grace" value="now">`}
<div class="actions"><button class="button" type="submit">${working.length > 0 ? 'Regenerate the secret' : 'Make a secret'}</button></div></form>`
}

function issue(frame: ConsoleFrame, path: string, refused: RefusedForm | undefined): string {
  const own = refused?.form === 'issue' ? refused : undefined
  const options = lives.map(
    ({ value, label, milliseconds }) =>
      [value, `${label}, until ${momentText(frame.now + milliseconds).slice(0, 10)}`] as const,
  )
  return html`<form method="post" action="${path}/secrets/issue" id="form-issue" class="stack part"><h3>A second secret</h3>!${hiddenToken(frame.token)}
!${textField({ name: 'label', label: 'What it is for', required: true, refused: own, placeholder: 'staging server', hint: 'Beside the others, which stay as they are: for another server, or a test.' })}
!${selectField({ name: 'life', label: 'It works for', value: '90d', options, refused: own })}
<div class="actions"><button class="button button-quiet" type="submit">Make a second secret</button></div></form>`
}
