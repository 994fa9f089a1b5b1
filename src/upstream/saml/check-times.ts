import { refuseAnswer } from './refuse-answer.ts'
import { attributeOf } from './xml.ts'

/** How far the clocks of two servers may be apart, in milliseconds. */
export const LEEWAY = 60_000

/** A moment in milliseconds since the epoch; undefined where the attribute is missing. Always in UTC (SAML 2.0 Core, 1.3.3). */
export function timeOf(element: Element, name: string): number | undefined {
  const text = attributeOf(element, name)
  if (text === undefined) return undefined
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(moment))
    throw refuseAnswer('saml_assertion_incomplete', { missing: `a time in ${name} that can be read` })
  return moment
}

/** @throws AppError `invalid_request`: too early or too late, with the number of seconds. */
export function refuseTimes(
  { notBefore, notOnOrAfter }: { notBefore?: number | undefined; notOnOrAfter?: number | undefined },
  now: number,
): void {
  const clock = new Date(now).toISOString()
  if (notBefore !== undefined && now + LEEWAY < notBefore) {
    throw refuseAnswer('saml_not_yet_valid', {
      seconds: Math.ceil((notBefore - now) / 1000),
      notBefore: new Date(notBefore).toISOString(),
      clock,
    })
  }
  if (notOnOrAfter !== undefined && now - LEEWAY >= notOnOrAfter) {
    throw refuseAnswer('saml_expired', {
      seconds: Math.ceil((now - notOnOrAfter) / 1000),
      notOnOrAfter: new Date(notOnOrAfter).toISOString(),
      clock,
    })
  }
}
