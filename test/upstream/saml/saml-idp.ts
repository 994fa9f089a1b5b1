// A SAML identity provider: samlify, which reads our metadata and requests, and signs answers as it is told, also such as
// no honest provider would.
import { randomUUID } from 'node:crypto'
import * as samlify from 'samlify'
import { makeCertificate } from './make-certificate.ts'

samlify.setSchemaValidator({ validate: async () => 'not validated' })

const SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** RSA keys take their time, so a process makes them once. */
const made = new Map<string, ReturnType<typeof makeCertificate>>()
export function keyOf(name: string) {
  const key = made.get(name) ?? makeCertificate(name)
  made.set(name, key)
  return key
}

export interface Said {
  readonly nameId?: string
  readonly format?: string
  /** A value, or several, of each attribute. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>
  /** Placeholders of the template, such as `Audience`. */
  readonly tags?: Readonly<Record<string, string>>
  /** Changes the answer before it is signed. */
  readonly edit?: (xml: string) => string
  /** What is signed; the assertion without it. */
  readonly sign?: 'assertion' | 'response' | 'both' | 'nothing'
  readonly algorithm?: string
  /** Name of the key in the place of the provider's own. */
  readonly by?: string
}

export const said: Said = {
  nameId: 'u-4711',
  format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  attributes: {
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': 'ada@example.com',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname': 'Ada',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname': 'Lovelace',
  },
}

export interface SamlIdp {
  readonly entityId: string
  readonly singleSignOnUrl: string
  readonly certificate: string
  readonly metadata: string
  /** Answers the request of an address that a browser was sent to: the fields of the form that it posts then. */
  answer(goTo: string, more?: Said): Promise<{ RelayState: string; SAMLResponse: string }>
  /** What the request says. */
  read(goTo: string): Promise<{ id: string; xml: string; relayState: string }>
}

/** `serviceProvider`: our metadata. `now`: milliseconds. */
export function samlIdp(options: {
  readonly serviceProvider: string
  readonly now: () => number
  readonly entityId?: string
  readonly singleSignOnUrl?: string
  readonly key?: string
}): SamlIdp {
  const { serviceProvider, now, entityId = 'https://idp.example/saml', key = 'idp' } = options
  const { singleSignOnUrl = 'https://idp.example/sso?tenant=7' } = options
  const own = keyOf(key)
  const base = {
    entityID: entityId,
    singleSignOnService: [{ Binding: BINDING, Location: singleSignOnUrl }],
    nameIDFormat: [said.format!],
  }
  const idpWith = (name: string, algorithm: string) =>
    samlify.IdentityProvider({
      ...base,
      signingCert: keyOf(name).certificate,
      privateKey: keyOf(name).privateKey,
      requestSignatureAlgorithm: algorithm,
    })
  const idp = idpWith(key, SHA256)
  const sp = samlify.ServiceProvider({ metadata: serviceProvider })
  const [acs] = [sp.entityMeta.getAssertionConsumerService('post')].flat() as string[]

  const read: SamlIdp['read'] = async goTo => {
    const query = Object.fromEntries(new URL(goTo).searchParams)
    const { extract, samlContent } = await idp.parseLoginRequest(sp, 'redirect', { query })
    return {
      id: (extract.request as { id: string }).id,
      xml: samlContent,
      relayState: query.RelayState ?? '',
    }
  }

  return {
    entityId,
    singleSignOnUrl,
    certificate: own.certificate,
    metadata: idp.getMetadata(),
    read,
    async answer(goTo, more = {}) {
      const { id, relayState } = await read(goTo)
      const {
        nameId,
        format,
        attributes,
        edit,
        sign = 'assertion',
        algorithm = SHA256,
        by = key,
      } = {
        ...said,
        ...more,
      }
      const at = (seconds: number) => new Date(now() + seconds * 1000).toISOString()
      const tags: Record<string, string> = {
        ID: `_${randomUUID()}`,
        AssertionID: `_${randomUUID()}`,
        Destination: acs!,
        Audience: sp.entityMeta.getEntityID(),
        SubjectRecipient: acs!,
        Issuer: entityId,
        IssueInstant: at(0),
        StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
        ConditionsNotBefore: at(-5),
        ConditionsNotOnOrAfter: at(300),
        SubjectConfirmationDataNotOnOrAfter: at(300),
        NameIDFormat: format!,
        NameID: nameId!,
        InResponseTo: id,
        ...more.tags,
      }
      const statements = `<saml:AuthnStatement AuthnInstant="${at(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${attributeStatement(attributes!)}`
      const fill = (template: string) => {
        const whole = template
          .replace('{AuthnStatement}{AttributeStatement}', statements)
          .replace(/\{(\w+)\}/g, (_, name: string) => tags[name] ?? '')
        return { id: tags.ID!, context: edit ? edit(whole) : whole }
      }
      if (sign === 'nothing') {
        const { context } = fill(samlify.SamlLib.defaultLoginResponseTemplate.context)
        return { RelayState: relayState, SAMLResponse: Buffer.from(context).toString('base64') }
      }
      const to = samlify.ServiceProvider({
        entityID: sp.entityMeta.getEntityID(),
        assertionConsumerService: [
          { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: acs! },
        ],
        wantAssertionsSigned: sign !== 'response',
        wantMessageSigned: sign !== 'assertion',
      })
      const signer = by === key && algorithm === SHA256 ? idp : idpWith(by, algorithm)
      const { context } = await signer.createLoginResponse(to, { extract: {} }, 'post', {}, fill)
      return { RelayState: relayState, SAMLResponse: context }
    },
  }
}

function attributeStatement(attributes: Readonly<Record<string, string | readonly string[]>>): string {
  const each = Object.entries(attributes).map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">${[values]
        .flat()
        .map(value => `<saml:AttributeValue xsi:type="xs:string">${value}</saml:AttributeValue>`)
        .join('')}</saml:Attribute>`,
  )
  return each.length === 0 ? '' : `<saml:AttributeStatement>${each.join('')}</saml:AttributeStatement>`
}
