import { html } from 'ghtml'
import { type Account, accountName } from '../../accounts/account.ts'
import type { Membership } from '../../accounts/account-members.ts'
import type { ShownOnce } from '../show-once.ts'
import type { Refused } from '../submit.ts'
import { accountFields } from './account-fields.ts'
import { accountState } from './accounts-page.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { facts } from './facts.ts'
import { hiddenToken, hiddenVersion, refusal, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { card, moment, shownOnce } from './parts.ts'

interface View {
  readonly account: Account
  readonly memberships: readonly Membership[]
  readonly linkUntil: number | undefined
  readonly shown: ShownOnce | undefined
  readonly refused: Refused | undefined
}

export function accountOfPage(frame: ConsoleFrame, view: View): string {
  const { account, shown, refused } = view
  const mayWrite = frame.scopes.has('readers:write')
  return consolePage(frame, {
    title: accountName(account),
    lead: html`<bdi>${account.name}</bdi> !${accountState(account)}`,
    main: html`!${shownOnce(shown)}!${refusal(refused)}
!${mayWrite ? edit(frame, view) : shownFacts(account)}
!${projects(frame, view)}
!${mayWrite ? getsIn(frame, view) + takeAway(frame, view) : ''}`,
  })
}

function edit(frame: ConsoleFrame, { account, refused }: View): string {
  const own = refused?.values.type === undefined ? undefined : refused
  return card(
    'Who they are',
    html`<form method="post" action="${pathOf(account)}" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(account.version)}
!${accountFields(account, own)}
<div class="actions"><button class="button" type="submit">Save</button></div></form>`,
  )
}

function shownFacts({ username, email, type, scope }: Account): string {
  return card(
    'Who they are',
    facts([
      ['User name', html`<bdi>${username ?? 'none'}</bdi>`],
      ['E-mail address', html`<bdi>${email ?? 'none'}</bdi>`],
      ['Type', type],
      ['Scope', html`<code>${scope || 'none'}</code>`],
    ]),
  )
}

function projects(frame: ConsoleFrame, { memberships }: View): string {
  const rows = memberships.flatMap(({ projectId, groupIds }) => {
    const project = frame.projects.find(({ id }) => id === projectId)
    if (!project) return []
    const groups = project.groups.filter(({ id }) => groupIds.includes(id)).map(({ slug }) => slug)
    return [
      html`<li><a href="/console/projects/${project.slug}/members">${project.name}</a> <span class="quiet">${groups.join(', ')}</span></li>`,
    ]
  })
  return card(
    'Where they are a member',
    rows.length === 0
      ? '<p>Nowhere. To make them one, open the page Members of a project.</p>'
      : html`<ul class="stack">!${rows}</ul>`,
  )
}

function getsIn(frame: ConsoleFrame, { account, linkUntil }: View): string {
  if (account.disabledAt !== null) return ''
  return card(
    'How they get in',
    html`<p>!${linkUntil === undefined ? 'No link is open.' : html`A link is open until !${moment(linkUntil)}.`} !${account.active ? 'The old password works until a link is used.' : 'They need one to set a password.'}</p>
<div class="actions">!${button(frame, account, '/link', 'Make a one-time link', 'button-quiet')}
!${button(frame, account, '/sessions/end', 'Sign out everywhere', 'button-quiet')}</div>`,
  )
}

function takeAway(frame: ConsoleFrame, { account, refused }: View): string {
  const off = account.disabledAt !== null
  const own = refused?.values.confirm === undefined ? undefined : refused
  return html`<section class="card card-danger"><h2>!${off ? 'They cannot sign in' : 'Take their access away'}</h2>
<p>!${off ? 'Once enabled, they sign in with their old password.' : 'Who is disabled is signed out everywhere at once and cannot sign in; everything else stays.'}</p>
<form method="post" action="${pathOf(account)}/disabled">!${hiddenToken(frame.token)}!${hiddenVersion(account.version)}<button class="button !${off ? '' : 'button-danger'}" type="submit" name="to" value="${off ? 'enabled' : 'disabled'}">!${off ? 'Enable' : 'Disable'}</button></form>
<details class="more" !${own ? 'open' : ''}><summary>Delete for good</summary>
<p>The readers that it was stay in their projects, signed out.</p>
<form method="post" action="${pathOf(account)}/delete" class="stack">!${hiddenToken(frame.token)}
!${textField({ name: 'confirm', label: `Type ${accountName(account)} to delete the account`, required: true, mono: true, refused: own })}
<div class="actions"><button class="button button-danger" type="submit">Delete</button></div></form></details></section>`
}

function button(
  { token }: ConsoleFrame,
  account: Account,
  path: string,
  label: string,
  tone: string,
): string {
  return html`<form method="post" action="${pathOf(account)}${path}">!${hiddenToken(token)}<button class="button ${tone}" type="submit">${label}</button></form>`
}

function pathOf({ id }: Account): string {
  return `/console/accounts/${id}`
}
