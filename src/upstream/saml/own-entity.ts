// Gatepass as a SAML service provider: each project is one of its own, named by the address of its metadata.
import type { Project } from '../../projects/project.ts'
import { samlLibrary } from './saml-library.ts'

export interface ServiceProvider {
  /** Our entity ID, and the address of our metadata. */
  readonly entityId: string
  /** Assertion consumer service: where identity providers send their answers. */
  readonly acsUrl: string
}

export function serviceProviderOf(project: Pick<Project, 'slug'>, issuer: string): ServiceProvider {
  const base = `${issuer}/upstream/saml/${project.slug}`
  return { entityId: `${base}/metadata`, acsUrl: `${base}/acs` }
}

/** Metadata to hand to the identity provider (SAML 2.0 Metadata, section 2.4.4). Requests are not signed. */
export async function metadataOf({ entityId, acsUrl }: ServiceProvider): Promise<string> {
  const { generateServiceProviderMetadata } = await samlLibrary()
  return generateServiceProviderMetadata({
    issuer: entityId,
    callbackUrl: acsUrl,
    // In the order that we like them; transient names are of no use to know somebody by.
    identifierFormat: NAME_ID_FORMATS as unknown as string,
    wantAssertionsSigned: true,
    generateUniqueId: () => '_gatepass',
  })
}

const NAME_ID_FORMATS: readonly string[] = [
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
]
