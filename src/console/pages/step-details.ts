import { html } from 'ghtml'
import type { AttemptStep } from '../../audit/attempts.ts'

/** What the step noted, name by name; of a failure at once, since the cause may stand there. */
export function stepDetails(step: AttemptStep, of: string): string {
  const entries = Object.entries(step.detail)
  if (entries.length === 0) return ''
  return html`<details class="more" !${step.outcome === 'failed' ? 'open' : ''}><summary aria-label="Details: ${of}">Details</summary>
<dl class="facts facts-plain">!${entries.map(([name, value]) => html`<div><dt>${labelOf(name)}</dt><dd><bdi>${valueText(name, value)}</bdi></dd></div>`)}</dl></details>`
}

const labels: Readonly<Record<string, string>> = {
  clientId: 'Client ID',
  projectId: 'Project ID',
  hint: 'Secret ends in',
  retiredAt: 'Retired at',
  redeemedAt: 'First redeemed at',
  usedAt: 'First used at',
  sessionRevoked: 'Session ended by it',
  validityMinutes: 'Session, minutes',
  providerName: 'Provider name',
  bound: 'Bound to the browser',
  path: 'Wanted page',
  told: 'Told',
  try: 'Try',
  next: 'Next try',
  redirectUri: 'Redirect URI',
  fields: 'Fields',
  unknown: 'Unknown groups',
}

function labelOf(name: string): string {
  if (Object.hasOwn(labels, name)) return labels[name]!
  const words = name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function valueText(name: string, value: unknown): string {
  if (typeof value === 'number' && /At$/.test(name))
    return `${new Date(value).toISOString().slice(0, 19).replace('T', ' ')} UTC`
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (Array.isArray(value) && value.every(each => typeof each === 'string')) return value.join(', ')
  return JSON.stringify(value)
}

/** Those that say what to look for. */
const telling = ['fields', 'unknown', 'problem', 'hint', 'redirectUri', 'limit', 'tried', 'parameter']

/** Of a failure, what belongs beside its fix; HTML. */
export function tellingDetails({ detail }: AttemptStep): string {
  return telling
    .filter(name => Object.hasOwn(detail, name))
    .map(
      name =>
        html`<dl class="telling"><dt>${labelOf(name)}:</dt> <dd><bdi>${valueText(name, detail[name])}</bdi></dd></dl>`,
    )
    .join('')
}
