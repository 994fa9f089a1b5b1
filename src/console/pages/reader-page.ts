import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import { displayName, type Reader } from '../../readers/reader.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { facts, typed } from './facts.ts'
import { hiddenToken, refusal } from './form.ts'
import { consolePage } from './layout.ts'
import { ago, badge, card, copyable, momentText } from './parts.ts'
import { readerSessionsCard } from './reader-sessions-card.ts'
import { readerSignInsCard } from './reader-sign-ins-card.ts'
import type { ReaderView } from './reader-view.ts'
import { pathOfReader } from './readers-page.ts'

export function readerPage(frame: ConsoleFrame, view: ReaderView): string {
  const { project, reader, refused } = view
  const mayWrite = frame.scopes.has('readers:write')
  const blocked = reader.blockedAt === null ? '' : html` !${badge('bad', 'blocked')}`
  return consolePage(frame, {
    title: displayName(reader) || reader.externalId,
    lead: html`<bdi>${reader.externalId}</bdi>, a reader of <a href="/console/projects/${project.slug}/readers"><bdi>${project.name}</bdi></a>!${blocked}`,
    main: html`!${refusal(refused)}
!${profileCard(frame, reader)}
!${groupsCard(project, reader)}
!${readerSessionsCard(frame, view, mayWrite)}
!${readerSignInsCard(frame, view)}
!${mayWrite ? blockCard(frame, project, reader) : ''}`,
  })
}

function profileCard(frame: ConsoleFrame, reader: Reader): string {
  const { id, externalId, username, firstName, lastName, email, createdAt, updatedAt } = reader
  return card(
    'Who they are',
    html`!${copyable('External ID', externalId)}!${copyable('ID', id, 'In tokens it is called sub.')}
!${facts([
      ['User name', typed(username)],
      ['First name', typed(firstName)],
      ['Last name', typed(lastName)],
      ['E-mail address', typed(email)],
      ['First came', ago(createdAt, frame.now)],
      ['Last came', ago(updatedAt, frame.now)],
    ])}`,
    'As their last sign-in said it. The next one says it anew: what is wrong here is put right where it comes from.',
  )
}

function groupsCard(project: Project, { groupIds }: Reader): string {
  const groups = project.groups.filter(({ id }) => groupIds.includes(id))
  const list =
    groups.length === 0
      ? '<p>They are in no group.</p>'
      : html`<ul class="plain-list">!${groups.map(({ slug, name }) => html`<li><bdi>${name}</bdi> <code>${slug}</code></li>`)}</ul>`
  return card(
    'Groups',
    list,
    html`Each sign-in replaces them: the reader is in the groups that the login endpoint sent last, and in no others. To change them, change what it sends. What there is: <a href="/console/projects/${project.slug}/groups">reader groups</a>.`,
  )
}

function blockCard(frame: ConsoleFrame, project: Project, reader: Reader): string {
  const button = (path: string, label: string, tone: string) =>
    html`<form method="post" action="${pathOfReader(project, reader)}${path}">!${hiddenToken(frame.token)}<div class="actions"><button class="button ${tone}" type="submit">${label}</button></div></form>`
  if (reader.blockedAt !== null) {
    return card(
      'Let this reader in again',
      html`<p>Blocked since ${momentText(reader.blockedAt)}. Once unblocked they can sign in again; the sessions that they had stay ended.</p>
!${button('/unblock', 'Unblock', '')}`,
    )
  }
  return html`<section class="card card-danger"><h2>Block this reader</h2>
<ul class="effects"><li>All their sessions end at once, and sites that take logout notices are told.</li>
<li>Every further sign-in is refused, whatever the login endpoint says of them, until somebody unblocks them.</li>
<li>A product that checks a token by itself may take one until it expires, at most <strong>${project.maxTokenValidity} minutes</strong> from now.</li>
<li>Nothing is deleted. At your own website they stay signed in.</li></ul>
!${button('/block', 'Block', 'button-danger')}</section>`
}
