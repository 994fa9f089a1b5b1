// How sign-ins are told on every page that names them.
import { html } from 'ghtml'
import { describeReason } from '../../audit/reasons.ts'
import type { SignIn } from '../../audit/sign-in.ts'
import { badge } from './parts.ts'

export function outcomeBadge(outcome: SignIn['outcome']): string {
  if (outcome === 'passed') return badge('good', 'Passed')
  return outcome === 'failed' ? badge('bad', 'Failed') : badge('calm', 'Open')
}

const stopped: Readonly<Record<SignIn['lastStep'], string>> = {
  redirect: 'Was sent to the login page, and did not come back.',
  authorize: 'An application asked for a sign-in, and nothing came after.',
  provider: 'Was sent to the identity provider, and did not come back.',
  code: 'The login endpoint has a code; no browser brought it.',
  confirm: 'Was asked whether to continue, and did not answer.',
  swap: 'Nothing came after.',
  exchange: 'Nothing came after.',
  logout: 'Signed out.',
}

/** Why a sign-in failed, or where it stopped; nothing of one that passed. Text. */
export function whyText({
  outcome,
  reason,
  lastStep,
}: Pick<SignIn, 'outcome' | 'reason' | 'lastStep'>): string {
  if (outcome === 'passed') return ''
  if (outcome === 'open') return stopped[lastStep]
  return reason === null ? 'No reason was noted.' : sentenceOfReason(reason)
}

export function sentenceOfReason(reason: string): string {
  return describeReason(reason)?.sentence ?? `The reason is ${reason}.`
}

/** What stands between backticks in a fix is code. */
export function withCode(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
    .join('')
}
