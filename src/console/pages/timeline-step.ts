import { html } from 'ghtml'
import type { AttemptStep } from '../../audit/attempts.ts'
import { describeReason } from '../../audit/reasons.ts'
import type { MendingPage } from './mending.ts'
import { sentenceOfReason, withCode } from './sign-in-outcome.ts'
import { stepDetails } from './step-details.ts'

/** A step as an item of the timeline. `previous`: the moment of the step before it, in milliseconds. */
export function timelineStep(
  step: AttemptStep,
  previous: number | undefined,
  mend: MendingPage | undefined,
): string {
  const { outcome, at, reader, address, reason } = step
  const failed = outcome === 'failed'
  const iso = new Date(at).toISOString()
  return html`<li class="trail-step trail-${outcome}"><span class="trail-mark">!${failed ? cross : tick}</span>
<div class="trail-body"><h3>${nameOfStep(step)} <span class="unseen">(${outcome})</span></h3>
<p class="trail-when"><time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>!${previous === undefined ? '' : html` <span class="trail-gap">${gapText(at - previous)}</span>`}</p>
!${reader === null && address === null ? '' : html`<p class="trail-facts">!${reader === null ? '' : html`<bdi>${reader}</bdi>`}!${reader !== null && address !== null ? ' ' : ''}!${address === null ? '' : html`from <code>${address}</code>`}</p>`}
!${failed && reason !== null ? why(reason, mend) : ''}
!${stepDetails(step, nameOfStep(step))}</div></li>`
}

const tick =
  '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3.5 8.5l3 3 6-7" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>'
const cross =
  '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>'

function why(reason: string, mend: MendingPage | undefined): string {
  const text = describeReason(reason)
  return html`<div class="trail-why"><p><strong>${sentenceOfReason(reason)}</strong></p>
!${text ? html`<p>!${withCode(text.fix)}</p>` : ''}
<p class="links-row">!${mend ? html`<a href="${mend.href}">${mend.label}</a>` : ''}!${text ? html`<a href="/console/reasons#${reason}" aria-label="About ${reason}">About <code>${reason}</code></a>` : ''}</p></div>`
}

/** What happened, as somebody says it who has never read the contract. */
function nameOfStep({ step, outcome, detail }: AttemptStep): string {
  const passed = outcome === 'passed'
  switch (step) {
    case 'redirect':
      return passed ? 'Sent to the login page' : 'Not sent to the login page'
    case 'authorize':
      if (!passed) return 'Application asked for a sign-in, and was refused'
      return detail.waits === undefined
        ? 'Sent back to the application with a code'
        : 'Application asked for a sign-in'
    case 'provider':
      return passed ? 'Sent to the identity provider' : 'Signing in at the identity provider failed'
    case 'code':
      if (detail.test === true)
        return passed ? 'An administrator pushed the reader, to test' : 'A test push was refused'
      if (detail.issuer === 'account')
        return passed ? 'Signed in at the login page here' : 'The login page here let nobody in'
      if (detail.issuer !== undefined)
        return passed
          ? 'Identity provider vouched for the reader'
          : 'What the identity provider said was refused'
      return passed ? 'Login endpoint pushed the reader' : 'Login endpoint was refused'
    case 'confirm':
      return passed ? 'Asked the reader whether it is them' : 'The reader did not continue'
    case 'swap':
      if (detail.opens === 'sso')
        return passed ? 'Service asked with its token: signed in' : "A service's token was refused"
      if (!passed) return 'The code was refused'
      if (detail.cameBack) return 'Came back with a used code, and was led on'
      return detail.opens === 'tokens' ? 'Application swapped the code: signed in' : 'Code taken: signed in'
    case 'exchange':
      return passed ? "Application brought a provider's token: signed in" : "A provider's token was refused"
    case 'logout':
      if (typeof detail.told !== 'string') return 'Signed out'
      return passed
        ? `${detail.told} was told of the sign-out`
        : `${detail.told} could not be told of the sign-out`
  }
}

/** How long after the step before. */
function gapText(milliseconds: number): string {
  if (milliseconds < 1) return 'at once'
  if (milliseconds < 1000) return `${milliseconds} ms later`
  const seconds = milliseconds / 1000
  if (seconds < 120) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s later`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 120) return `${minutes} min later`
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h later` : `${Math.floor(minutes / 1440)} d later`
}
