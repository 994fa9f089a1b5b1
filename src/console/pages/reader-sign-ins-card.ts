import { html } from 'ghtml'
import type { ConsoleFrame } from './console-frame.ts'
import { ago, card, momentText, table } from './parts.ts'
import type { ReaderView } from './reader-view.ts'
import { outcomeBadge, whyText } from './sign-in-outcome.ts'

/** The last times that a reader came, or tried to. */
export function readerSignInsCard(frame: ConsoleFrame, { project, reader, signIns }: ReaderView): string {
  if (!signIns) return ''
  const { searchedBackTo } = signIns
  const all = html`<p class="card-link"><a href="/console/projects/${project.slug}/sign-ins?${new URLSearchParams({ reader: reader.externalId })}">All sign-ins of this reader</a></p>`
  const rows = signIns.signIns.map(signIn => [
    html`<a href="/console/sign-ins/${signIn.traceId}">!${ago(signIn.beganAt, frame.now)}</a>`,
    html`<span>!${outcomeBadge(signIn.outcome)} ${whyText(signIn)}</span>`,
    html`<span class="mono">${signIn.address ?? 'unknown'}</span>`,
  ])
  const none =
    searchedBackTo === null
      ? 'None is known any more: steps of sign-ins are kept for a while only.'
      : `None since ${momentText(searchedBackTo)}; it was not looked further back.`
  return card(
    'Last sign-ins',
    html`!${rows.length === 0 ? html`<p>${none}</p>` : table('Last sign-ins', ['When', 'What came of it', 'From'], rows)}!${all}`,
  )
}
