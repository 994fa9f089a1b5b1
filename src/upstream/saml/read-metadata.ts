// What an identity provider's metadata (SAML 2.0 Metadata, section 2.4.3) says about signing in there.
import { certificateProblem, readCertificate } from './certificate.ts'
import {
  attributeOf,
  childrenOf,
  descendantsOf,
  isNamed,
  METADATA,
  PROTOCOL,
  parseXml,
  SIGNATURE,
  XmlProblem,
} from './xml.ts'

export interface ProviderMetadata {
  readonly entityId: string
  readonly singleSignOnUrl: string
  /** PEM. */
  readonly certificates: readonly string[]
}

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const MOST_CERTIFICATES = 10

/**
 * Its signature, if it has one, is not looked at: whoever brings the metadata vouches for it.
 * @throws XmlProblem which says what is missing.
 */
export function readProviderMetadata(text: string, now: number): ProviderMetadata {
  const root = parseXml(text, false)
  const entities = isNamed(root, METADATA, 'EntitiesDescriptor')
    ? descendantsOf(root, 'EntityDescriptor')
    : [root]
  const found = entities.flatMap(entity =>
    isNamed(entity, METADATA, 'EntityDescriptor')
      ? childrenOf(entity, METADATA, 'IDPSSODescriptor').map(role => ({ entity, role }))
      : [],
  )
  if (found.length !== 1)
    throw new XmlProblem(
      found.length === 0
        ? 'it describes no SAML identity provider (no IDPSSODescriptor)'
        : 'it describes several identity providers; take the metadata of one',
    )
  const { entity, role } = found[0]!
  for (const each of [root, entity, role]) {
    const until = Date.parse(attributeOf(each, 'validUntil') ?? '')
    if (until <= now) throw new XmlProblem(`it was valid until ${new Date(until).toISOString()}`)
  }
  const entityId = attributeOf(entity, 'entityID')
  if (entityId === undefined) throw new XmlProblem('it names no entity ID')
  if (!(attributeOf(role, 'protocolSupportEnumeration') ?? PROTOCOL).split(/\s+/).includes(PROTOCOL))
    throw new XmlProblem('its identity provider does not speak SAML 2.0')
  const service = childrenOf(role, METADATA, 'SingleSignOnService').find(
    each => attributeOf(each, 'Binding') === REDIRECT,
  )
  const singleSignOnUrl = attributeOf(service, 'Location')
  if (singleSignOnUrl === undefined)
    throw new XmlProblem('it has no single sign-on service with the HTTP-Redirect binding')
  return { entityId, singleSignOnUrl, certificates: signingCertificates(role) }
}

function signingCertificates(role: Element): string[] {
  const keys = childrenOf(role, METADATA, 'KeyDescriptor').filter(key =>
    [undefined, 'signing'].includes(attributeOf(key, 'use')),
  )
  const texts = keys.flatMap(key =>
    descendantsOf(key, 'X509Certificate')
      .filter(each => each.namespaceURI === SIGNATURE)
      .map(each => each.textContent ?? ''),
  )
  const problems = texts.map(certificateProblem)
  const usable = texts.filter((_, index) => problems[index] === undefined)
  const pems = [...new Set(usable.map(each => readCertificate(each)!.pem.trim()))]
  if (pems.length === 0) {
    const problem = problems.find(each => each !== undefined)
    throw new XmlProblem(
      problem
        ? `its signing certificate ${problem}`
        : 'it has no certificate that assertions are signed with',
    )
  }
  if (pems.length > MOST_CERTIFICATES)
    throw new XmlProblem(`it has ${pems.length} signing certificates; ${MOST_CERTIFICATES} are the most`)
  return pems
}
