import { html } from 'ghtml'
import { type AttentionItem, type AttentionKind, inWords, type Severity } from '../../attention/attention.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { badge, type Tone } from './parts.ts'
import { withCode } from './sign-in-outcome.ts'

const severities: Readonly<Record<Severity, readonly [Tone, string]>> = {
  error: ['bad', 'Urgent'],
  warning: ['warn', 'Soon'],
  notice: ['calm', 'Worth knowing'],
}

const failed = '/sign-ins?outcome=failed'

/** Where each is mended: a path of the project's pages. */
const places: Readonly<Record<AttentionKind, readonly [path: string, label: string]>> = {
  secret_ending: ['/jwt', 'Secrets'],
  secret_superseded: ['/jwt', 'Secrets'],
  secret_unused: ['/jwt', 'Secrets'],
  retired_secret_sent: ['/jwt', 'Secrets'],
  key_due: ['/console/keys', 'Signing keys'],
  key_overdue: ['/console/keys', 'Signing keys'],
  codes_failing: [failed, 'Failed sign-ins'],
  swaps_failing: [failed, 'Failed sign-ins'],
  authorizations_failing: ['/sites', 'Sites and clients'],
  readers_not_returning: ['/test', 'Test your integration'],
  too_many_codes: ['/jwt', 'JWT SSO'],
  logout_undelivered: ['/sites', 'Sites and clients'],
  logout_given_up: ['/sites', 'Sites and clients'],
  jwt_off: ['/jwt', 'JWT SSO'],
  mail_failing: ['/console/settings', 'What runs here'],
  site_folder_missing: ['/sites', 'Sites and clients'],
  certificate_ending: ['/providers', 'Identity providers'],
}

/** What needs attention in a project, or without one in the installation, the most urgent first. */
export function attentionCards(frame: ConsoleFrame, items: readonly AttentionItem[], slug = ''): string {
  return html`<ul class="attention">!${items.map(item => {
    const [tone, word] = severities[item.severity]
    const [path, label] = places[item.kind]
    const href = path.startsWith('/console') ? path : `/console/projects/${slug}${path}`
    return html`<li class="flash flash-${tone}"><p class="attention-line">!${badge(tone, word)} <strong>${item.sentence}</strong>!${item.since === null ? '' : html` <span class="quiet">for ${inWords(frame.now - item.since)}</span>`}</p>
<p>!${withCode(item.detail)}</p>
<p class="links-row"><a href="${href}">${label}</a>!${item.traceId === null ? '' : html`<a href="/console/sign-ins/${item.traceId}">A sign-in that shows it</a>`}</p></li>`
  })}</ul>`
}

/** How much of it is urgent, on a tile of the list of projects. */
export function attentionBadge(items: readonly AttentionItem[]): string {
  const counted = items.filter(({ severity }) => severity !== 'notice')
  if (counted.length === 0) return ''
  const tone = counted.some(({ severity }) => severity === 'error') ? 'bad' : 'warn'
  return badge(
    tone,
    counted.length === 1 ? '1 thing needs attention' : `${counted.length} things need attention`,
  )
}
