import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import type { ReaderPage } from '../../readers/find-readers.ts'
import { displayName, type Reader } from '../../readers/reader.ts'
import { groupSlugs } from '../../tokens/claims.ts'
import { type ReaderSearch, readerQuery } from '../reader-search.ts'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { selectField, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { ago, badge, empty, table } from './parts.ts'

interface View {
  readonly project: Project
  readonly search: ReaderSearch
  /** By field. */
  readonly problems: Readonly<Record<string, string>>
  readonly found: ReaderPage
  /** It is not the first page. */
  readonly further: boolean
}

export function readersPage(frame: ConsoleFrame, view: View): string {
  const { project, found } = view
  return consolePage(frame, {
    title: 'Readers',
    lead: 'Who has signed in. Readers are not made here: they come with their first sign-in, as the login endpoint describes them.',
    main: html`!${searchForm(project, view)}
!${found.readers.length > 0 ? list(frame, project, found.readers) : ''}
!${tellRest(project, view)}
!${pager(project, view)}`,
  })
}

/** The page of one reader. By ID: external IDs may have anything in them. */
export function pathOfReader({ slug }: Pick<Project, 'slug'>, { id }: Pick<Reader, 'id'>): string {
  return `/console/projects/${slug}/readers/${id}`
}

function searchForm({ slug }: Project, { search, problems }: View): string {
  const refused: Refused = { sentence: '', problems, values: { ...search }, stale: false }
  return html`<form class="filters" method="get" action="/console/projects/${slug}/readers" role="search">
!${textField({ name: 'search', label: 'Name, e-mail address or external ID begins with', type: 'search', refused, placeholder: 'ada@example.com' })}
!${selectField({
    name: 'blocked',
    label: 'Who',
    refused,
    options: [
      ['', 'Everybody'],
      ['yes', 'Who is blocked'],
      ['no', 'Who is not blocked'],
    ],
  })}
<button class="button" type="submit">Search</button></form>`
}

function list(frame: ConsoleFrame, project: Project, readers: readonly Reader[]): string {
  return table(
    'Readers',
    ['Reader', 'External ID', 'E-mail address', 'Groups', 'Last came'],
    readers.map(reader => [
      html`<a href="${pathOfReader(project, reader)}"><bdi>${displayName(reader) || reader.externalId}</bdi></a>!${reader.blockedAt === null ? '' : html` !${badge('bad', 'blocked')}`}`,
      html`<bdi class="wrapped">${reader.externalId}</bdi>`,
      reader.email === reader.externalId
        ? '<span class="quiet">the same</span>'
        : html`<bdi class="wrapped">${reader.email}</bdi>`,
      groupsInShort(project, reader),
      ago(reader.updatedAt, frame.now),
    ]),
  )
}

const SHOWN_GROUPS = 3

function groupsInShort(project: Project, { groupIds }: Reader): string {
  const slugs = groupSlugs(project, groupIds)
  if (slugs.length === 0) return '<span class="quiet">none</span>'
  const more = slugs.length > SHOWN_GROUPS ? ` and ${slugs.length - SHOWN_GROUPS} more` : ''
  return html`<span class="wrapped">${slugs.slice(0, SHOWN_GROUPS).join(', ')}${more}</span>`
}

/** Says what an end of the list means: all that there is, or all that was looked at. */
function tellRest({ slug }: Project, { search, found, further, problems }: View): string {
  if (Object.keys(problems).length > 0) return ''
  const { readers, unfinished } = found
  if (unfinished) {
    const so =
      readers.length === 0
        ? 'Nobody found so far.'
        : `${readers.length === 1 ? '1 reader' : `${readers.length} readers`} found so far.`
    return html`<p class="flash" role="status">${so} There are too many readers to look through at once, and others may fit: search on.</p>`
  }
  if (readers.length > 0) return ''
  if (readerQuery(search) !== '' || further) {
    const all = html`<a href="/console/projects/${slug}/readers">Show everybody</a>`
    return empty(
      further ? 'Nobody else fits.' : 'Nobody fits.',
      html`A search finds how a name, an e-mail address or an external ID begins. !${all}`,
    )
  }
  return empty(
    'Nobody yet.',
    html`Readers appear with their first sign-in. <a href="/console/projects/${slug}/test">Test your integration</a>`,
  )
}

function pager({ slug }: Project, { search, found, further }: View): string {
  const at = (more?: Record<string, string>) =>
    `/console/projects/${slug}/readers${readerQuery(search, more)}`
  const next =
    found.next === null
      ? ''
      : html`<a class="button button-quiet" href="${at({ after: found.next })}">${found.unfinished ? 'Search on' : 'More'}</a>`
  return html`<nav class="pager" aria-label="Pages">!${further ? html`<a href="${at()}">From the beginning</a>` : '<span></span>'}!${next}</nav>`
}
