import type { Drive } from './drive.ts'

/** What a large installation must get through: everybody comes to work at once. */
const PEOPLE = 100_000
const MINUTES = 15
const NEEDED = PEOPLE / (MINUTES * 60)
/** Above this share of a core, what made the load was itself the limit. */
const OWN_LIMIT = 0.9

/** What the figures mean, in one or two sentences. */
export function verdictOf({ perSecond, handoffs, failures, ownCore }: Drive): string {
  if (handoffs === 0) return 'No sign-in went through.'
  const morning = `a busy morning of ${number(PEOPLE)} people in ${MINUTES} minutes needs ${Math.ceil(NEEDED)}`
  const told = [`About ${number(rounded(perSecond))} sign-ins a second; ${morning}.`]
  if (perSecond < NEEDED) told.push('That is too few.')
  if (failures > 0) {
    const share = (failures / (failures + handoffs)) * 100
    told.push(
      `${number(failures)} failed (${share < 1 ? 'under 1' : Math.round(share)} %): look at why first.`,
    )
  }
  if (ownCore >= OWN_LIMIT) told.push('Making the load took a whole core here: the server can do more.')
  return told.join(' ')
}

/** Two digits that count; the third is noise. */
function rounded(rate: number): number {
  if (rate < 10) return Math.round(rate * 10) / 10
  const unit = 10 ** (Math.floor(Math.log10(rate)) - 1)
  return Math.round(rate / unit) * unit
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
