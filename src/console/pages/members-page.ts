import { html } from 'ghtml'
import { accountName } from '../../accounts/account.ts'
import type { Member } from '../../accounts/account-members.ts'
import type { Project } from '../../projects/project.ts'
import { groupSlugs } from '../../tokens/claims.ts'
import type { RefusedForm } from '../secrets.ts'
import { accountState } from './accounts-page.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, hiddenVersion, radioField, refusal, textField } from './form.ts'
import { groupChoices } from './group-choices.ts'
import { consolePage } from './layout.ts'
import { ago, card, empty, table } from './parts.ts'

interface View {
  readonly project: Project
  readonly members: readonly Member[]
  /** Whose groups are to be changed. */
  readonly member: Member | undefined
  readonly refused: RefusedForm | undefined
}

export function membersPage(frame: ConsoleFrame, view: View): string {
  const { project, members, refused } = view
  const mayWrite = frame.scopes.has('readers:write')
  return consolePage(frame, {
    title: 'Members',
    lead:
      project.standard === 'accounts'
        ? 'Accounts that may sign in to this project, and the reader groups that they are in.'
        : 'Accounts that may sign in once this project’s standard is accounts; by its present one they make no difference.',
    main: html`!${refusal(refused)}
!${members.length === 0 ? empty('No member yet.', 'An account becomes a member by its user name or e-mail address.') : list(frame, view, mayWrite)}
!${mayWrite ? (view.member ? change(frame, view, view.member) : add(frame, view)) : ''}
!${frame.scopes.has('projects:write') ? admission(frame, view) : ''}`,
  })
}

function list(frame: ConsoleFrame, { project, members }: View, mayWrite: boolean): string {
  return table(
    'Members',
    ['Account', 'E-mail address', 'Groups', 'State', 'Since', ''],
    members.map(({ account, groupIds, createdAt }) => [
      frame.allProjects
        ? html`<a href="/console/accounts/${account.id}"><bdi class="wrapped">${accountName(account)}</bdi></a>`
        : html`<bdi class="wrapped">${accountName(account)}</bdi>`,
      html`<bdi class="wrapped">${account.email ?? ''}</bdi>`,
      html`<span class="wrapped">${groupSlugs(project, groupIds).join(', ') || 'none'}</span>`,
      accountState(account),
      ago(createdAt, frame.now),
      mayWrite
        ? html`<div class="actions"><a class="button button-quiet button-small" href="${pathOf(project)}?account=${account.id}#groups">Groups</a><form method="post" action="${pathOf(project)}/remove">!${hiddenToken(frame.token)}<input type="hidden" name="account" value="${account.id}"><button class="button button-quiet button-small" type="submit">Take out</button></form></div>`
        : '',
    ]),
  )
}

const fromNextSignIn = 'They count from the next sign-in.'

function add({ token }: ConsoleFrame, { project, refused }: View): string {
  const own = refused?.form === 'member' ? refused : undefined
  return card(
    'Add a member',
    html`<form method="post" action="${pathOf(project)}" class="stack">!${hiddenToken(token)}
!${textField({ name: 'account', label: 'User name or e-mail address', required: true, refused: own })}
!${groupChoices(project, { refused: own, field: 'groups', hint: fromNextSignIn })}
<div class="actions"><button class="button" type="submit">Add the member</button></div></form>`,
  )
}

function change({ token }: ConsoleFrame, { project, refused }: View, { account, groupIds }: Member): string {
  const own = refused?.form === 'member' ? refused : undefined
  const chosen = groupSlugs(project, groupIds)
  return html`<section class="card" id="groups"><h2>Groups of <bdi>${accountName(account)}</bdi></h2>
<form method="post" action="${pathOf(project)}?account=${account.id}" class="stack">!${hiddenToken(token)}<input type="hidden" name="account" value="${account.id}">
!${groupChoices(project, { chosen, refused: own, field: 'groups', hint: fromNextSignIn })}
<div class="actions"><button class="button" type="submit">Save the groups</button><a class="button button-quiet" href="${pathOf(project)}">Cancel</a></div></form></section>`
}

function pathOf({ slug }: Project): string {
  return `/console/projects/${slug}/members`
}

function admission({ token }: ConsoleFrame, { project, refused }: View): string {
  return card(
    'Who may sign in',
    html`<form method="post" action="${pathOf(project)}/admission" class="stack">!${hiddenToken(token)}!${hiddenVersion(project.version)}
!${radioField({
      name: 'accountAdmission',
      label: 'By the standard accounts',
      value: project.accountAdmission,
      refused: refused?.form === 'admission' ? refused : undefined,
      options: [
        ['members', 'Members', 'The accounts above.'],
        ['anyone', 'Anyone with an account', 'Members are in their groups, everybody else is in none.'],
      ],
    })}
<div class="actions"><button class="button" type="submit">Save</button></div></form>`,
  )
}
