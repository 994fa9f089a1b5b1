import { html } from 'ghtml'
import type { ListedSession } from '../../sessions/list-sessions.ts'
import { type SessionKind, sidOf } from '../../sessions/session.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken } from './form.ts'
import { ago, card, moment, table } from './parts.ts'
import type { ReaderView } from './reader-view.ts'
import { pathOfReader } from './readers-page.ts'

const places: Readonly<Record<SessionKind, string>> = {
  site: 'the knowledge base',
  tokens: 'a product',
  central: 'sign-on for all products',
}

/** Where a reader is signed in, and the ends of it. */
export function readerSessionsCard(frame: ConsoleFrame, view: ReaderView, mayWrite: boolean): string {
  const { project, reader, sessions, moreSessions, signInOf } = view
  if (sessions.length === 0) return card('Where they are signed in', '<p>Nowhere.</p>')
  const path = pathOfReader(project, reader)
  const endOne = ({ key }: ListedSession) =>
    html`<form method="post" action="${path}/sessions/end-one">!${hiddenToken(frame.token)}<input type="hidden" name="session" value="${sidOf(key)}"><button class="button button-quiet button-small" type="submit">End</button></form>`
  const rows = sessions.map(session => [
    html`<bdi>${placeOf(session, view)}</bdi>`,
    ago(session.createdAt, frame.now),
    moment(session.expiresAt),
    html`<span class="mono">${signInOf.get(session.traceId)?.address ?? 'unknown'}</span>`,
    mayWrite ? endOne(session) : '',
  ])
  const more = moreSessions
    ? html`<p class="hint">The newest ${sessions.length} are shown; there are more.</p>`
    : ''
  const endAll = mayWrite
    ? html`<form method="post" action="${path}/sessions/end">!${hiddenToken(frame.token)}<div class="actions"><button class="button button-quiet" type="submit">End all sessions</button></div></form>
<p class="hint">They are signed out everywhere, and sites that take logout notices are told. They may sign in again at once, and a browser that your login page still knows does so by itself: to keep them out, block them.</p>`
    : ''
  return card(
    'Where they are signed in',
    html`!${table('Open sessions', ['Where', 'Since', 'Until', 'From', ''], rows)}!${more}!${endAll}`,
    'Ending a session of sign-on for all products ends those that came of it too.',
  )
}

function placeOf({ kind, clientId }: ListedSession, { clientName }: ReaderView): string {
  const name = clientId === null ? undefined : clientName(clientId)
  return name ? name : places[kind]
}
