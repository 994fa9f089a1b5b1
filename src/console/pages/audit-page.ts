import { html } from 'ghtml'
import type { AuditPage, ListedAuditEntry } from '../../audit/find-audit-entries.ts'
import { type AuditForm, auditQuery } from '../audit-form.ts'
import type { Refused } from '../submit.ts'
import { type AuditNames, auditSentence } from './audit-sentence.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { selectField, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { empty, moment } from './parts.ts'

interface View {
  readonly page: AuditPage
  readonly form: AuditForm
  /** By field. */
  readonly problems: Readonly<Record<string, string>>
  /** It is not the first page. */
  readonly older: boolean
  readonly names: AuditNames
}

export function auditPage(frame: ConsoleFrame, view: View): string {
  const { page, form, older } = view
  const filtered = auditQuery(form) !== ''
  return consolePage(frame, {
    title: 'Audit log',
    lead: frame.allProjects
      ? 'Who changed what, when and from where. Nothing is ever changed in it, and nothing deleted.'
      : 'Who changed what in your projects, when and from where.',
    actions: html`<a class="button button-quiet" href="/console/audit.csv${auditQuery(form)}" download>Export as CSV</a>`,
    main: html`!${filterForm(frame, view)}
!${
      page.entries.length === 0
        ? empty(
            filtered || older ? 'Nothing fits.' : 'Nothing yet.',
            filtered || older
              ? '<a href="/console/audit">Show everything</a>'
              : 'Every change of settings is written here.',
          )
        : html`<ol class="audit">!${page.entries.map(entry => entryItem(entry, view))}</ol>`
    }
<nav class="pager" aria-label="Pages">!${older ? html`<a href="/console/audit${auditQuery(form)}">Newest</a>` : '<span></span>'}!${page.next === null ? '' : html`<a class="button button-quiet" href="/console/audit${auditQuery(form, { before: page.next })}">Older</a>`}</nav>`,
  })
}

const kinds = [
  ['', 'Everything'],
  ['project', 'Projects'],
  ['client', 'Clients'],
  ['jwt', 'JWT SSO made and deleted'],
  ['secret', 'Client secrets'],
  ['group', 'Reader groups'],
  ['provider', 'Identity providers'],
  ['reader', 'Readers'],
  ['sign-in', 'Test codes'],
  ['session', 'Sessions'],
  ['notice', 'Logout notices'],
  ['key', 'Signing keys'],
  ['administrator', 'Administrators'],
  ['administrator.sign-in-refused', 'Refused sign-ins to the console'],
  ['api-key', 'API keys'],
] as const

function filterForm(frame: ConsoleFrame, { form, problems }: View): string {
  const refused: Refused = { sentence: '', problems, values: { ...form }, stale: false }
  const listed = kinds.some(([kind]) => kind === form.action)
  return html`<form class="filters" method="get" action="/console/audit" role="search">
!${selectField({ name: 'project', label: 'Project', refused, options: [['', frame.allProjects ? 'All, and the installation' : 'All yours'], ...frame.projects.map(({ slug, name }) => [slug, name] as const)] })}
!${selectField({ name: 'action', label: 'What', refused, options: [...kinds, ...(listed ? [] : [[form.action, form.action] as const])] })}
!${textField({ name: 'actor', label: 'Who', type: 'search', refused, placeholder: 'ada@example.com' })}
!${textField({ name: 'from', label: 'From (UTC)', type: 'datetime-local', refused })}
!${textField({ name: 'to', label: 'Before (UTC)', type: 'datetime-local', refused })}
<button class="button" type="submit">Filter</button></form>`
}

function entryItem(entry: ListedAuditEntry, { form, names }: View): string {
  const { at, actor, action, target, projectId, detail } = entry
  const sentence = auditSentence(entry, names)
  const only = (more: Partial<AuditForm>) => `/console/audit${auditQuery({ ...form, ...more })}`
  const facts: [string, string][] = [
    ['Action', html`<a href="${only({ action })}"><code>${action}</code></a>`],
    ['By', html`<a href="${only({ actor: actor.name })}"><code>${actor.name}</code></a>`],
    ['From', html`<code>${actor.origin}</code>`],
    ['On', html`<code>${target}</code>`],
    ...(projectId === null
      ? []
      : ([['Project', html`<bdi>${names.project(projectId) ?? `deleted, ${projectId}`}</bdi>`]] as [
          string,
          string,
        ][])),
    ['Entry', html`<code>${entry.id}</code>`],
  ]
  return html`<li class="entry"><p class="entry-line">!${moment(at)}<span class="entry-what" dir="auto">${sentence}</span></p>
<details class="more"><summary aria-label="Detail: ${sentence}">Detail</summary>
<dl class="facts">!${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>!${value}</dd></div>`)}</dl>
!${Object.keys(detail).length === 0 ? '' : html`<pre tabindex="0"><code>${JSON.stringify(detail, null, 2)}</code></pre>`}</details></li>`
}
