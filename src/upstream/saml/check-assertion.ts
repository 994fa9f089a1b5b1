// What a signed assertion must say before anybody is taken for whom it names (SAML 2.0 Profiles, section 4.1.4.3).
import type { Awaited } from './check-response.ts'
import { refuseTimes, timeOf } from './check-times.ts'
import { refuseAnswer } from './refuse-answer.ts'
import { ASSERTION, attributeOf, childrenOf, elementsOf, isNamed, onlyChild, textOf } from './xml.ts'

/** An assertion that fits. */
export interface Vouched {
  readonly assertionId: string
  /** Milliseconds since the epoch; afterwards it is refused for its age. */
  readonly expiresAt: number
}

/** @throws AppError `invalid_request` with the true reason. */
export function checkAssertion(assertion: Element, awaited: Awaited, now: number): Vouched {
  const { settings, self } = awaited
  const assertionId = attributeOf(assertion, 'ID')
  if (!isNamed(assertion, ASSERTION, 'Assertion') || attributeOf(assertion, 'Version') !== '2.0')
    throw incomplete('it is no SAML 2.0 assertion')
  if (assertionId === undefined || assertionId.length > 256) throw incomplete('ID')
  const issuer = textOf(onlyChild(assertion, ASSERTION, 'Issuer'))
  if (issuer !== settings.entityId)
    throw refuseAnswer('answer_mixed_up', { issuer: issuer.slice(0, 300), expected: settings.entityId })
  const issuedAt = timeOf(assertion, 'IssueInstant')
  refuseTimes({ notBefore: issuedAt }, now)
  const subject = onlyChild(assertion, ASSERTION, 'Subject')
  if (!subject) throw incomplete('Subject')
  const confirmed = checkConfirmations(subject, awaited, now)
  const until = checkConditions(assertion, self.entityId, now)
  const statements = childrenOf(assertion, ASSERTION, 'AuthnStatement')
  if (statements.length === 0) throw incomplete('AuthnStatement')
  for (const each of statements) refuseTimes({ notOnOrAfter: timeOf(each, 'SessionNotOnOrAfter') }, now)
  return { assertionId, expiresAt: Math.max(confirmed, until) }
}

/** One bearer confirmation that fits is enough. @returns until when. */
function checkConfirmations(subject: Element, { self, requestId }: Awaited, now: number): number {
  const bearers = childrenOf(subject, ASSERTION, 'SubjectConfirmation').filter(
    each => attributeOf(each, 'Method') === 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
  )
  if (bearers.length === 0) throw incomplete('SubjectConfirmation of the method bearer')
  const refusals: unknown[] = []
  for (const bearer of bearers) {
    try {
      const data = onlyChild(bearer, ASSERTION, 'SubjectConfirmationData')
      const recipient = attributeOf(data, 'Recipient')
      const answered = attributeOf(data, 'InResponseTo')
      const notOnOrAfter = data && timeOf(data, 'NotOnOrAfter')
      if (!data || notOnOrAfter === undefined) throw incomplete('NotOnOrAfter of the SubjectConfirmation')
      if (answered !== requestId)
        throw refuseAnswer('saml_request_other', {
          inResponseTo: answered?.slice(0, 100) ?? 'nothing',
          expected: requestId,
        })
      if (recipient !== self.acsUrl)
        throw refuseAnswer('saml_recipient_wrong', {
          recipient: recipient?.slice(0, 300) ?? 'nobody',
          expected: self.acsUrl,
        })
      refuseTimes({ notBefore: timeOf(data, 'NotBefore'), notOnOrAfter }, now)
      return notOnOrAfter
    } catch (refusal) {
      refusals.push(refusal)
    }
  }
  throw refusals[0]
}

/** @returns until when they hold. */
function checkConditions(assertion: Element, entityId: string, now: number): number {
  const conditions = onlyChild(assertion, ASSERTION, 'Conditions')
  if (!conditions) throw incomplete('Conditions')
  const notOnOrAfter = timeOf(conditions, 'NotOnOrAfter')
  refuseTimes({ notBefore: timeOf(conditions, 'NotBefore'), notOnOrAfter }, now)
  // A condition that nobody here understands is not met (SAML 2.0 Core, section 2.5.1.1).
  const unknown = elementsOf(conditions).find(each => !KNOWN.includes(each.localName))
  if (unknown)
    throw incomplete(`conditions other than ${unknown.localName.slice(0, 60)}, which is unknown here,`)
  const restrictions = childrenOf(conditions, ASSERTION, 'AudienceRestriction')
  if (restrictions.length === 0) throw incomplete('AudienceRestriction')
  for (const restriction of restrictions) {
    const audiences = childrenOf(restriction, ASSERTION, 'Audience').map(textOf)
    if (!audiences.includes(entityId))
      throw refuseAnswer('saml_audience_wrong', {
        audience: audiences.join(', ').slice(0, 300),
        expected: entityId,
      })
  }
  return notOnOrAfter ?? 0
}

const KNOWN = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']

function incomplete(what: string) {
  return refuseAnswer('saml_assertion_incomplete', { missing: what })
}
