// How each reason for refusing an answer of a SAML provider comes about.
import type { Reason } from '../../../src/audit/reasons.ts'
import type { TestApp, TestProject } from '../../start-app.ts'
import type { Said } from './saml-idp.ts'
import { addIdp, travel } from './world.ts'

type Way = (gatepass: TestApp, acme: TestProject) => Promise<unknown>

const tagged = (tags: Record<string, string>) => bring({ tags })
const without = (part: RegExp) => bring({ edit: xml => xml.replace(part, ''), sign: 'nothing' })

function bring(more: Said): Way {
  return async (gatepass, acme) => {
    const idp = await addIdp(gatepass, acme)
    const { leave, post } = travel(gatepass, acme)
    const { browser, goTo } = await leave()
    await post(browser, await idp.answer(goTo, more))
  }
}

export const waysOfSaml = {
  async saml_response_unreadable(gatepass, acme) {
    await addIdp(gatepass, acme)
    const { leave, post } = travel(gatepass, acme)
    const { browser, goTo } = await leave()
    const RelayState = new URL(goTo).searchParams.get('RelayState')!
    await post(browser, { RelayState, SAMLResponse: 'x' })
  },
  saml_encrypted: bring({
    edit: xml => xml.replace(/<saml:Assertion .*<\/saml:Assertion>/, '<saml:EncryptedAssertion/>'),
    sign: 'nothing',
  }),
  saml_unsigned: bring({ sign: 'nothing' }),
  saml_certificate_unknown: bring({ by: 'foreign' }),
  saml_signature_invalid: without(/<saml:Assertion .*<\/saml:Assertion>/),
  saml_algorithm_refused: bring({ algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }),
  saml_expired: tagged({ ConditionsNotOnOrAfter: '2025-01-01T00:00:00Z' }),
  saml_not_yet_valid: tagged({ ConditionsNotBefore: '2026-01-01T00:00:00Z' }),
  saml_audience_wrong: tagged({ Audience: 'https://other.example' }),
  saml_recipient_wrong: tagged({ Destination: 'https://other.example' }),
  saml_request_other: tagged({ InResponseTo: '_other' }),
  async saml_replayed(gatepass, acme) {
    const idp = await addIdp(gatepass, acme)
    for (let count = 0; count < 2; count++)
      await travel(gatepass, acme)
        .leave()
        .then(async ({ browser, goTo }) =>
          travel(gatepass, acme).post(browser, await idp.answer(goTo, { tags: { AssertionID: '_same' } })),
        )
  },
  saml_assertion_incomplete: bring({
    edit: xml => xml.replace(/<saml:AuthnStatement .*?<\/saml:AuthnStatement>/, ''),
  }),
  saml_subject_unusable: bring({ format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' }),
} satisfies Partial<Record<Reason, Way>>
