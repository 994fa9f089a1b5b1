import { html } from 'ghtml'
import type { Administrator } from '../../administrators/administrator.ts'
import type { AdministratorSession } from '../../administrators/administrator-sessions.ts'
import type { Project } from '../../projects/project.ts'
import type { ShownOnce } from '../show-once.ts'
import type { Refused } from '../submit.ts'
import { administratorFields } from './administrator-fields.ts'
import { stateBadge } from './administrators-page.ts'
import { browserName } from './browser-name.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, hiddenVersion, refusal, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { ago, badge, card, moment, shownOnce, table } from './parts.ts'
import { projectNames } from './projects-choice.ts'
import { roleName } from './role-name.ts'

interface View {
  readonly administrator: Administrator
  readonly sessions: readonly AdministratorSession[]
  /** Until when an open link is good. */
  readonly linkUntil: number | undefined
  readonly shown: ShownOnce | undefined
  readonly allProjects: readonly Project[]
  readonly refused: Refused | undefined
}

export function administratorPage(frame: ConsoleFrame, view: View): string {
  const { administrator, linkUntil, shown, allProjects, refused } = view
  const mayWrite = frame.scopes.has('administrators:write')
  const self = administrator.id === frame.me.id
  return consolePage(frame, {
    title: administrator.name,
    lead: html`<bdi>${administrator.email}</bdi>, ${roleName(administrator.role)} !${stateBadge(administrator, linkUntil)}`,
    main: html`!${shownOnce(shown)}!${refusal(refused)}
!${mayWrite ? editForm(frame, view) : card('Rights', html`<p>${roleName(administrator.role)} of !${projectNames(administrator.projectIds, allProjects)}</p>`)}
!${self ? card('This is you', html`<p>Your own password, second factor and sessions are under <a href="/console/account">Your account</a>. Only another owner can take your rights away.</p>`) : (mayWrite ? getsIn(frame, view) : '') + sessionsCard(frame, view, mayWrite) + (mayWrite ? takeAway(frame, view) : '')}`,
  })
}

function editForm({ token }: ConsoleFrame, { administrator, allProjects, refused }: View): string {
  return card(
    'Who they are and what they may',
    html`<form method="post" action="${pathOf(administrator)}" class="stack">!${hiddenToken(token)}!${hiddenVersion(administrator.version)}
!${administratorFields({ administrator, projects: allProjects, refused: refused?.values.role === undefined ? undefined : refused })}
<div class="actions"><button class="button" type="submit">Save</button></div></form>`,
    'What you change here counts from their next click; they stay signed in.',
  )
}

function getsIn(frame: ConsoleFrame, { administrator, linkUntil }: View): string {
  const { active, hasTotp, disabledAt } = administrator
  const state = active
    ? 'They have set a password.'
    : linkUntil === undefined
      ? 'They have not set a password yet, and their link is over: make a new one.'
      : html`They have not set a password yet. Their link is good until !${moment(linkUntil)}.`
  return card(
    'How they get in',
    html`<p>!${state}</p>
!${disabledAt === null ? html`!${button(frame, administrator, '/link', active ? 'Make a link for a new password' : 'Make a new link', 'button-quiet')}<p class="hint">Good once, for three days; earlier links are void. The old password works until the link is used.</p>` : ''}
<p class="apart">Second factor !${hasTotp ? badge('good', 'on') : badge('warn', 'off')}</p>
!${hasTotp ? html`!${button(frame, administrator, '/second-factor', 'Switch it off', 'button-danger')}<p class="hint">For somebody who lost their phone. Be sure that it is they who ask: from then on the password alone signs in.</p>` : ''}`,
  )
}

function sessionsCard(frame: ConsoleFrame, { administrator, sessions }: View, mayWrite: boolean): string {
  if (sessions.length === 0) return card('Where they are signed in', '<p>Nowhere.</p>')
  const end = (session: string, label: string) =>
    mayWrite
      ? html`<form method="post" action="${pathOf(administrator)}/sessions/end">!${hiddenToken(frame.token)}<input type="hidden" name="session" value="${session}"><button class="button button-quiet button-small" type="submit">${label}</button></form>`
      : ''
  return card(
    'Where they are signed in',
    html`!${table(
      'Sessions',
      ['Browser', 'Address', 'Signed in', 'Last seen', ''],
      sessions.map(({ key, userAgent, address, createdAt, lastSeenAt }) => [
        html`${browserName(userAgent)}`,
        html`<span class="mono">${address ?? 'unknown'}</span>`,
        ago(createdAt, frame.now),
        ago(lastSeenAt, frame.now),
        end(key.toString('base64url'), 'Sign out there'),
      ]),
    )}!${sessions.length > 1 ? end('all', 'Sign out everywhere') : ''}`,
  )
}

function takeAway(frame: ConsoleFrame, { administrator, refused }: View): string {
  const { disabledAt, email, version } = administrator
  const own = refused?.values.confirm === undefined ? undefined : refused
  const to = disabledAt === null ? 'disabled' : 'enabled'
  return html`<section class="card card-danger"><h2>!${disabledAt === null ? 'Take their access away' : 'They cannot sign in'}</h2>
!${
    disabledAt === null
      ? '<p>Who is disabled is signed out at once and cannot sign in. Everything else stays, and you can enable them again.</p>'
      : html`<p>Disabled !${ago(disabledAt, frame.now)}. Once enabled, they sign in with their old password and second factor.</p>`
  }
<form method="post" action="${pathOf(administrator)}/disabled">!${hiddenToken(frame.token)}!${hiddenVersion(version)}<button class="button !${disabledAt === null ? 'button-danger' : ''}" type="submit" name="to" value="${to}">!${disabledAt === null ? 'Disable' : 'Enable'}</button></form>
<details class="more" !${own ? 'open' : ''}><summary>Delete for good</summary>
<p>Their name stays in the audit log. API keys that they made go on working: look at <a href="/console/api-keys">API keys</a>.</p>
<form method="post" action="${pathOf(administrator)}/delete" class="stack">!${hiddenToken(frame.token)}
!${textField({ name: 'confirm', label: `Type ${email} to delete them`, required: true, mono: true, refused: own })}
<div class="actions"><button class="button button-danger" type="submit">Delete</button></div></form></details></section>`
}

function button(
  { token }: ConsoleFrame,
  administrator: Administrator,
  path: string,
  label: string,
  tone: string,
): string {
  return html`<form method="post" action="${pathOf(administrator)}${path}">!${hiddenToken(token)}<button class="button ${tone}" type="submit">${label}</button></form>`
}

function pathOf({ id }: Administrator): string {
  return `/console/administrators/${id}`
}
