import { html } from 'ghtml'
import type { Project, ReaderGroup } from '../../projects/project.ts'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, hiddenVersion, refusal, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { card, copyable, empty } from './parts.ts'

export function groupsPage(
  frame: ConsoleFrame,
  view: { project: Project; refused?: (Refused & { readonly groupSlug?: string }) | undefined },
): string {
  const { project, refused } = view
  const mayWrite = frame.scopes.has('projects:write')
  return consolePage(frame, {
    title: 'Reader groups',
    lead: 'Groups decide which pages a reader may open. A login endpoint sends their IDs or slugs as <code>readerGroupIds</code>.',
    main: html`!${refusal(refused)}
!${project.groups.length === 0 ? empty('No group yet.', 'Without groups every reader may open every page.') : html`<ul class="cards">!${project.groups.map(group => groupCard(frame, group, mayWrite, refused))}</ul>`}
!${mayWrite ? card('New group', newGroup(frame, refused?.groupSlug === undefined ? refused : undefined)) : ''}`,
  })
}

function groupCard(
  frame: ConsoleFrame,
  group: ReaderGroup,
  mayWrite: boolean,
  refused: (Refused & { readonly groupSlug?: string }) | undefined,
): string {
  const own = refused?.groupSlug === group.slug ? refused : undefined
  const action = `${frame.path.replace(/\/groups.*/, '/groups')}/${group.slug}`
  return html`<li class="card"><h2>${group.name}</h2>
!${copyable('Slug', group.slug)}!${copyable('ID', group.id)}
!${
    mayWrite
      ? html`<details !${own ? 'open' : ''}><summary>Rename or delete</summary>
<form method="post" action="${action}" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(group.version)}
!${textField({ name: 'name', id: `name-${group.slug}`, label: 'Name', value: group.name, required: true, refused: own })}
<div class="actions"><button class="button" type="submit" name="what" value="rename">Save name</button>
<button class="button button-danger" type="submit" name="what" value="delete">Delete ${group.slug}</button></div>
<p class="hint">A deleted group is taken from its readers at once. Login endpoints that still send it are refused, unless the project ignores unknown groups.</p></form></details>`
      : ''
  }</li>`
}

function newGroup(frame: ConsoleFrame, refused: Refused | undefined): string {
  return html`<form method="post" action="${frame.path.replace(/\/groups.*/, '/groups')}" class="stack">!${hiddenToken(frame.token)}
!${textField({ name: 'name', label: 'Name', required: true, refused, placeholder: 'Staff' })}
!${textField({ name: 'slug', label: 'Slug', required: true, refused, mono: true, placeholder: 'staff', hint: 'What login endpoints send; it stays for good.' })}
<div class="actions"><button class="button" type="submit">Make the group</button></div></form>`
}
