// The answer of a SAML identity provider, from the form that a browser posts to what the provider has signed. What stands
// outside the signature decides nothing but why an answer is refused.
import type { ProviderSettings } from '../identity-provider.ts'
import { readCertificate } from './certificate.ts'
import type { ServiceProvider } from './own-entity.ts'
import { readResponse } from './read-response.ts'
import { refuseAnswer } from './refuse-answer.ts'
import { samlLibrary } from './saml-library.ts'
import { certificatesOf } from './saml-provider.ts'
import {
  ASSERTION,
  attributeOf,
  childrenOf,
  descendantsOf,
  onlyChild,
  PROTOCOL,
  parseXml,
  SIGNATURE,
  textOf,
} from './xml.ts'

/** What an answer must fit. */
export interface Awaited {
  readonly settings: ProviderSettings<'saml'>
  readonly self: ServiceProvider
  /** ID of the request that was sent. */
  readonly requestId: string
}

/**
 * The assertion as it was signed by the provider: read nothing else.
 * @throws AppError `invalid_request` with the true reason.
 */
export async function checkResponse(encoded: string, awaited: Awaited): Promise<Element> {
  const response = readResponse(encoded)
  refuseError(response)
  refuseOther(response, awaited)
  const assertion = findAssertion(response)
  refuseAlgorithms(response)
  if (childrenOf(assertion, SIGNATURE, 'Signature').length === 0) {
    const enveloped = childrenOf(response, SIGNATURE, 'Signature').length > 0
    throw refuseAnswer('saml_unsigned', { signed: enveloped ? 'the response alone' : 'nothing' })
  }
  const { settings, self } = awaited
  const { SAML } = await samlLibrary()
  const library = new SAML({
    issuer: self.entityId,
    callbackUrl: self.acsUrl,
    idpCert: certificatesOf(settings),
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    // Checked in `check-assertion.ts`, by the clock of this server and with reasons that help somebody.
    audience: false,
    acceptedClockSkewMs: -1,
  })
  let signed: string
  try {
    const { profile } = await library.validatePostResponseAsync({ SAMLResponse: encoded })
    signed = profile!.getAssertionXml!()
  } catch (cause) {
    throw whyNotVerified(assertion, settings, cause)
  }
  return parseXml(signed, true)
}

/** The provider may say itself that nobody signed in; that is hardly ever signed. */
function refuseError(response: Element): void {
  const status = onlyChild(response, PROTOCOL, 'Status')
  const codes = status
    ? descendantsOf(status, 'StatusCode').map(each => attributeOf(each, 'Value') ?? '')
    : []
  if (codes[0] === 'urn:oasis:names:tc:SAML:2.0:status:Success') return
  const message = status && textOf(onlyChild(status, PROTOCOL, 'StatusMessage')).slice(0, 300)
  throw refuseAnswer('provider_refused', {
    error: codes.map(code => code.slice(0, 200).replace(/^.*:/, '')).join(', ') || 'no status',
    ...(message && { message }),
  })
}

/** Meant for somebody else, or for another sign-in. */
function refuseOther(response: Element, { settings, self, requestId }: Awaited): void {
  const issuer = textOf(onlyChild(response, ASSERTION, 'Issuer')).slice(0, 300)
  if (issuer !== '' && issuer !== settings.entityId)
    throw refuseAnswer('answer_mixed_up', { issuer, expected: settings.entityId })
  const destination = attributeOf(response, 'Destination')
  if (destination !== undefined && destination !== self.acsUrl)
    throw refuseAnswer('saml_recipient_wrong', {
      destination: destination.slice(0, 300),
      expected: self.acsUrl,
    })
  const answered = attributeOf(response, 'InResponseTo')
  if (answered !== requestId)
    throw refuseAnswer('saml_request_other', {
      inResponseTo: answered?.slice(0, 100) ?? 'nothing',
      expected: requestId,
    })
}

/** Exactly one, in its place: where there are two, a signature can be over the one and somebody read the other. */
function findAssertion(response: Element): Element {
  if (descendantsOf(response, 'EncryptedAssertion').length > 0) throw refuseAnswer('saml_encrypted')
  const all = descendantsOf(response, 'Assertion')
  const assertion = onlyChild(response, ASSERTION, 'Assertion')
  if (all.length !== 1 || !assertion) {
    throw refuseAnswer('saml_signature_invalid', {
      problem: `${all.length} assertions where one belongs`,
    })
  }
  return assertion
}

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  SignatureMethod: [
    `${MORE}rsa-sha256`,
    `${MORE}rsa-sha512`,
    'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
  ],
  DigestMethod: ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'],
  CanonicalizationMethod: ['http://www.w3.org/2001/10/xml-exc-c14n#'],
  Transform: [
    'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
    'http://www.w3.org/2001/10/xml-exc-c14n#',
  ],
}

/** Every algorithm that is named anywhere: whichever the library comes to use is one of them. */
function refuseAlgorithms(response: Element): void {
  for (const [name, good] of Object.entries(ALGORITHMS)) {
    for (const each of descendantsOf(response, name)) {
      const algorithm = attributeOf(each, 'Algorithm') ?? ''
      if (!good.includes(algorithm))
        throw refuseAnswer('saml_algorithm_refused', { [name]: algorithm.slice(0, 200) })
    }
  }
}

function whyNotVerified(assertion: Element, settings: ProviderSettings<'saml'>, cause: unknown) {
  const signature = onlyChild(assertion, SIGNATURE, 'Signature')
  const [named] = signature ? descendantsOf(signature, 'X509Certificate') : []
  const signer = named && readCertificate(textOf(named))
  const known = settings.certificates.map(each => readCertificate(each)?.fingerprint)
  if (signer && !known.includes(signer.fingerprint)) {
    return refuseAnswer('saml_certificate_unknown', {
      fingerprint: signer.fingerprint,
      subject: signer.subject.slice(0, 200),
    })
  }
  // The library's sentences are its own, and quote nothing but dates.
  const problem = cause instanceof Error ? cause.message.slice(0, 200) : 'unknown'
  return refuseAnswer('saml_signature_invalid', { problem }, cause)
}
