import { html } from 'ghtml'
import type { AttentionItem } from '../../attention/attention.ts'
import type { SignInCounts } from '../../audit/count-sign-ins.ts'
import type { SignIn } from '../../audit/sign-in.ts'
import { hasSite, type Project, siteName } from '../../projects/project.ts'
import { attentionCards } from './attention-cards.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { facts, typed } from './facts.ts'
import { consolePage } from './layout.ts'
import { badge, card } from './parts.ts'
import { countsInWords, signInChart } from './sign-in-chart.ts'
import { signInTable } from './sign-ins-page.ts'

interface View {
  readonly project: Project
  readonly counts: SignInCounts
  readonly attention: readonly AttentionItem[]
  readonly failures: readonly SignIn[]
  /** Of the login endpoint; undefined where JWT SSO is deleted. */
  readonly clientId: string | undefined
  readonly loginPage: string
}

export function overviewPage(frame: ConsoleFrame, view: View): string {
  const { project, attention } = view
  const path = `/console/projects/${project.slug}`
  return consolePage(frame, {
    title: project.name,
    lead: hasSite(project)
      ? html`<a href="${project.siteUrl}" rel="noreferrer">${siteName(project)}</a>`
      : 'A suite without a site: its programs sign readers in over the account API.',
    actions: frame.scopes.has('sign-ins:test')
      ? html`<a class="button button-quiet" href="${path}/test">Test your integration</a>`
      : '',
    main: html`<section aria-labelledby="attention"><h2 class="part-title" id="attention">What needs attention</h2>
!${attention.length === 0 ? html`<p class="all-well">!${badge('good', 'All well')} Nothing needs you here.</p>` : attentionCards(frame, attention, project.slug)}</section>
!${signIns(view, path)}
!${failures(frame, view, path)}
!${card('At a glance', glance(view, path))}`,
  })
}

function signIns({ counts }: View, path: string): string {
  const span = (by: 'hour' | 'day', label: string) =>
    html`<li><a href="${by === 'day' ? `${path}?by=day` : path}" !${counts.by === by ? 'aria-current="true"' : ''}>${label}</a></li>`
  return html`<section class="card"><div class="chart-head"><h2>Sign-ins</h2>
<nav class="tabs" aria-label="Span of the chart"><ul>!${span('hour', '24 hours')}!${span('day', '30 days')}</ul></nav></div>
<p>${countsInWords(counts)}</p>
!${counts.complete ? '' : html`<p class="hint">Older hours are still being counted; they show as less than they were.</p>`}
!${signInChart(counts)}
<p class="card-link"><a href="${path}/sign-ins">See every sign-in</a></p></section>`
}

function failures(frame: ConsoleFrame, { failures }: View, path: string): string {
  if (failures.length === 0) return ''
  return html`<section class="newest" aria-labelledby="failures"><div class="section-head"><h2 id="failures">Newest failed sign-ins</h2><a href="${path}/sign-ins?outcome=failed">All that failed</a></div>
!${signInTable('The newest failed sign-ins', frame, failures)}</section>`
}

const standards = {
  jwt: 'JWT: a login endpoint of your own',
  openid: 'OpenID provider',
  saml: 'SAML provider',
  accounts: 'Accounts of Gatepass',
} as const

const provider = [['providers', 'identity providers']] as const
const setUp = {
  jwt: [
    ['jwt', 'JWT SSO'],
    ['snippets', 'code snippets'],
  ],
  openid: provider,
  saml: provider,
  accounts: [['members', 'members']],
} as const

function glance({ project, clientId, loginPage }: View, path: string): string {
  const groups = project.groups.length
  return facts([
    ['Readers sign in by', html`${standards[project.standard]}`],
    ['Sign-in', project.jwtEnabled ? badge('good', 'on') : badge('warn', 'off')],
    ['Site', typed(project.siteUrl, 'none')],
    ['Login page', typed(loginPage)],
    ...(project.standard === 'jwt' ? [['Client ID', typed(clientId ?? null)] as const] : []),
    ['Reader groups', html`<a href="${path}/groups">${groups === 0 ? 'none' : String(groups)}</a>`],
    [
      'Set up',
      html`!${setUp[project.standard].map(([page, label]) => html`<a href="${path}/${page}">${label}</a>, `)}<a href="${path}/sites">sites and clients</a>`,
    ],
  ])
}
