import { html } from 'ghtml'
import type { NeededGroups } from '../content/path-rules.ts'
import { noticePage, type ProjectView, type ReaderView, signOutForm, traceBlock } from './layout.ts'
import { shownName } from './site-frame.ts'

/** The page exists, and this reader may not open it. */
export function forbiddenPage(view: {
  project: ProjectView
  reader: ReaderView
  needed: NeededGroups
  traceId: string
}): string {
  const { project, reader, needed, traceId } = view
  return noticePage({
    title: 'This page is not open to you',
    project,
    tone: 'problem',
    body: html`<h1>This page is not open to you</h1>
<p class="lead">!${whoMay(needed)}</p>
<dl class="facts">
<div><dt>Signed in as</dt><dd>${shownName(reader)}!${reader.name.trim() === '' ? '' : html` <span class="quiet">${reader.email}</span>`}</dd></div>
<div><dt>Your groups</dt><dd>!${reader.groups.length === 0 ? 'none' : listOf(reader.groups, 'and')}</dd></div>
</dl>
<p>If you should be able to read it, ask whoever looks after ${project.name} to add you to a group, then sign in again.</p>
<div class="actions"><a class="button" href="/">Go to the first page</a>!${signOutForm('button button-quiet')}</div>
!${traceBlock(traceId)}`,
  })
}

function whoMay(needed: NeededGroups): string {
  const lists = (needed ?? []).filter(list => list.length > 0)
  if (needed === null || lists.length < needed.length) return 'It is closed to everyone at the moment.'
  const [first, ...rest] = lists.map(
    list => html`!${list.length === 1 ? 'the group ' : 'one of the groups '}!${listOf(list, 'or')}`,
  )
  return html`It is for readers in !${[first, ...rest].join(', who are also in ')}.`
}

function listOf(groups: readonly string[], word: 'and' | 'or'): string {
  const names = groups.map(group => html`<strong>${group}</strong>`)
  return names.length < 3
    ? names.join(` ${word} `)
    : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`
}
