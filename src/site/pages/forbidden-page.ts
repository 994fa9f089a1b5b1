import { html } from 'ghtml'
import type { NeededGroups } from '../content/path-rules.ts'
import type { Words } from '../languages/languages.ts'
import { noticePage, type ProjectView, type ReaderView, signOutForm, traceBlock } from './layout.ts'
import { shownName } from './site-frame.ts'

/** The page exists, and this reader may not open it. */
export function forbiddenPage(view: {
  words: Words
  project: ProjectView
  reader: ReaderView
  needed: NeededGroups
  traceId: string
}): string {
  const { words, project, reader, needed, traceId } = view
  const { forbidden, shared } = words
  return noticePage({
    words,
    title: forbidden.title,
    project,
    tone: 'problem',
    body: html`<h1>${forbidden.title}</h1>
<p class="lead">!${whoMay(words, needed)}</p>
<dl class="facts">
<div><dt>${forbidden.signedInAs}</dt><dd>${shownName(reader)}!${reader.name.trim() === '' ? '' : html` <span class="quiet">${reader.email}</span>`}</dd></div>
<div><dt>${forbidden.yourGroups}</dt><dd>!${reader.groups.length === 0 ? html`${shared.none}` : listOf(words, reader.groups, 'conjunction')}</dd></div>
</dl>
<p>${forbidden.whomToAsk(project.name)}</p>
<div class="actions"><a class="button" href="/">${shared.firstPage}</a>!${signOutForm(words, 'button button-quiet')}</div>
!${traceBlock(words, traceId)}`,
  })
}

/** @returns HTML. */
function whoMay(words: Words, needed: NeededGroups): string {
  const { toEveryone, oneGroup, oneOfGroups, forReaders } = words.forbidden
  const lists = (needed ?? []).filter(list => list.length > 0)
  if (needed === null || lists.length < needed.length) return html`${toEveryone}`
  return forReaders(
    lists.map(list => (list.length === 1 ? oneGroup : oneOfGroups)(listOf(words, list, 'disjunction'))),
  )
}

/** The groups one after the other, with the language's own "and" or "or". @returns HTML. */
function listOf(words: Words, groups: readonly string[], type: 'conjunction' | 'disjunction'): string {
  const parts = new Intl.ListFormat(words.locale, { type }).formatToParts(groups)
  return parts
    .map(({ type, value }) => (type === 'element' ? html`<strong>${value}</strong>` : html`${value}`))
    .join('')
}
