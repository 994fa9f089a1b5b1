import { html } from 'ghtml'
import type { SignInPage } from '../../audit/find-sign-ins.ts'
import { reasons } from '../../audit/reasons.ts'
import type { SignIn } from '../../audit/sign-in.ts'
import { type SignInsForm, signInsQuery } from '../sign-ins-form.ts'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { selectField, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { empty, moment, momentText, table } from './parts.ts'
import { outcomeBadge, whyText } from './sign-in-outcome.ts'

interface View {
  readonly page: SignInPage
  readonly form: SignInsForm
  /** By field. */
  readonly problems: Readonly<Record<string, string>>
  /** It is not the first page. */
  readonly older: boolean
}

export function signInsPage(frame: ConsoleFrame, view: View): string {
  const { page, form, problems, older } = view
  const filtered = signInsQuery(form) !== ''
  const wrong = Object.keys(problems).length > 0
  return consolePage(frame, {
    title: frame.project ? 'Sign-ins' : 'All sign-ins',
    lead: 'Somebody cannot sign in? Paste the trace ID of their error page.',
    main: html`!${search(frame, view)}
!${
      wrong
        ? html`<p class="flash flash-bad" role="alert">Nothing was searched. Look at the fields marked above.</p>`
        : page.signIns.length > 0
          ? signInTable('Sign-ins, the newest first', frame, page.signIns)
          : page.searchedBackTo === null
            ? empty(
                filtered || older ? 'Nothing fits.' : 'Nobody has signed in yet.',
                filtered || older
                  ? html`<a href="${frame.path}">Show everything</a>`
                  : 'Each sign-in is listed here from its first step, whether it passes or not.',
              )
            : empty('Nothing so far.', 'The search is not over: go on below.')
    }
!${
      page.searchedBackTo === null
        ? ''
        : html`<p class="flash flash-warn" role="status">Searched back to ${momentText(page.searchedBackTo)}, and there is more to look at. <a href="${frame.path}${signInsQuery(form, { before: page.next! })}">Go on from there</a>, or say until when it was.</p>`
    }
<nav class="pager" aria-label="Pages">!${older ? html`<a href="${frame.path}${signInsQuery(form)}">Newest</a>` : '<span></span>'}!${
      page.next === null || page.searchedBackTo !== null
        ? ''
        : html`<a class="button button-quiet" href="${frame.path}${signInsQuery(form, { before: page.next })}">Older</a>`
    }</nav>`,
  })
}

/** Of pages that list sign-ins. The project is named where they are of several. */
export function signInTable(caption: string, frame: ConsoleFrame, signIns: readonly SignIn[]): string {
  const several = frame.project === undefined
  const nameOf = (id: string | null) => frame.projects.find(project => project.id === id)?.name
  return table(
    caption,
    ['When', 'Reader', 'Outcome', 'Why', 'From', ...(several ? ['Project'] : [])],
    signIns.map(signIn => {
      const { traceId, reader, address, projectId } = signIn
      return [
        html`<a href="/console/sign-ins/${traceId}">!${moment(signIn.beganAt)}</a>`,
        reader === null
          ? html`<span class="quiet">not known</span>`
          : html`<bdi class="cell-name">${reader}</bdi>`,
        outcomeBadge(signIn.outcome),
        html`<span class="cell-why">${whyText(signIn)}</span>`,
        address === null
          ? html`<span class="quiet">not seen</span>`
          : html`<span class="cell-address">${address}</span>`,
        ...(several
          ? [
              html`<bdi class="cell-name">${nameOf(projectId) ?? (projectId === null ? 'not known' : 'deleted')}</bdi>`,
            ]
          : []),
      ]
    }),
  )
}

const outcomes = [
  ['', 'Any'],
  ['failed', 'Failed'],
  ['passed', 'Passed'],
  ['open', 'Open: stopped on the way'],
] as const

function search(frame: ConsoleFrame, { form, problems }: View): string {
  const refused: Refused = { sentence: '', problems, values: { ...form }, stale: false }
  const narrow =
    signInsQuery({ ...form, trace: '' }) !== '' || Object.keys(problems).some(name => name !== 'trace')
  return html`<div class="card search-sign-ins" role="search"><form method="get" action="${frame.path}">
<div class="search-line">!${textField({ name: 'trace', label: 'Trace ID, or a line of a log with one in it', type: 'search', mono: true, refused, placeholder: '01a20139d832e67edb1da9811fb11a70' })}
<button class="button" type="submit">Find it</button></div></form>
<details !${narrow ? 'open' : ''}><summary>No trace ID? Search by reader, address, outcome and time</summary>
<form class="filters" method="get" action="${frame.path}">
!${textField({ name: 'reader', label: 'Reader begins with', type: 'search', refused, placeholder: 'ada@example.com' })}
!${textField({ name: 'address', label: 'From address', type: 'search', refused, placeholder: '203.0.113.7' })}
!${selectField({ name: 'outcome', label: 'Outcome', refused, options: outcomes })}
!${selectField({
    name: 'reason',
    label: 'Reason',
    refused,
    options: [
      ['', 'Any'],
      ...Object.keys(reasons)
        .sort()
        .map(code => [code, code.replaceAll('_', ' ')] as const),
    ],
  })}
!${frame.project ? '' : selectField({ name: 'project', label: 'Project', refused, options: [['', frame.allProjects ? 'All' : 'All yours'], ...frame.projects.map(({ slug, name }) => [slug, name] as const)] })}
!${textField({ name: 'from', label: 'From (UTC)', type: 'datetime-local', refused })}
!${textField({ name: 'to', label: 'Before (UTC)', type: 'datetime-local', refused })}
<button class="button" type="submit">Search</button></form></details></div>`
}
