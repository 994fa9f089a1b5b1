// Whom an assertion names, by the settings of the provider and the names that attributes usually have.
import { type Identity, mapGroups, type ProviderSettings } from '../identity-provider.ts'
import { identityOfClaims } from '../tokens/identity-of-claims.ts'
import { refuseAnswer } from './refuse-answer.ts'
import { ASSERTION, attributeOf, childrenOf, elementsOf, onlyChild, textOf } from './xml.ts'

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const MICROSOFT = 'http://schemas.microsoft.com/ws/2008/06/identity/claims'

/** In lower case: the names of attributes are compared without it. */
const USUAL = {
  email: [
    ...['email', 'mail', 'emailaddress', 'user.email', `${CLAIMS}/emailaddress`],
    ...['urn:oid:0.9.2342.19200300.100.1.3', 'urn:oid:1.2.840.113549.1.9.1'],
  ],
  firstName: [
    ...['firstname', 'givenname', 'first_name', 'given_name', 'user.firstname'],
    ...[`${CLAIMS}/givenname`, 'urn:oid:2.5.4.42'],
  ],
  lastName: [
    ...['lastname', 'surname', 'sn', 'last_name', 'family_name', 'user.lastname'],
    ...[`${CLAIMS}/surname`, 'urn:oid:2.5.4.4'],
  ],
  name: [
    ...['displayname', 'name', 'cn', 'http://schemas.microsoft.com/identity/claims/displayname'],
    ...['urn:oid:2.16.840.1.113730.3.1.241', 'urn:oid:2.5.4.3'],
  ],
  username: [
    ...['username', 'user_name', 'preferred_username', 'uid', 'login'],
    ...['urn:oid:0.9.2342.19200300.100.1.1', `${MICROSOFT}/windowsaccountname`, `${CLAIMS}/name`],
  ],
  groups: [
    ...['groups', 'group', 'memberof', `${MICROSOFT}/groups`, 'http://schemas.xmlsoap.org/claims/group'],
    'urn:oid:1.3.6.1.4.1.5923.1.5.1.1',
  ],
} as const

/** @throws AppError `invalid_request`: `saml_subject_unusable`. */
export function identityOfAssertion(assertion: Element, settings: ProviderSettings<'saml'>): Identity {
  const { subject, format } = readSubject(assertion)
  const attributes = readAttributes(assertion)
  const find = (setting: string | undefined, usual: readonly string[]) => valuesOf(attributes, setting, usual)
  const [email = format.endsWith(':emailAddress') ? subject : undefined] = find(
    settings.emailAttribute,
    USUAL.email,
  )
  const claims = {
    sub: subject,
    email,
    given_name: find(settings.firstNameAttribute, USUAL.firstName)[0],
    family_name: find(settings.lastNameAttribute, USUAL.lastName)[0],
    name: find(undefined, USUAL.name)[0],
    preferred_username: find(settings.usernameAttribute, USUAL.username)[0],
  }
  const named = { groups: find(settings.groupsClaim, USUAL.groups) }
  const groups = mapGroups({ ...settings, groupsClaim: 'groups' }, named)
  // The organisation that keeps the directory stands for the addresses in it: SAML has no word for a verified one.
  return identityOfClaims(settings.entityId, claims, { trustEmail: true, groups })
}

/** The reader is known by it, so it must be there, be one, and stay the same. */
function readSubject(assertion: Element): { subject: string; format: string } {
  const unusable = (problem: string) => refuseAnswer('saml_subject_unusable', { problem })
  const subject = onlyChild(assertion, ASSERTION, 'Subject')
  const nameId = subject && onlyChild(subject, ASSERTION, 'NameID')
  if (!nameId) throw unusable('no NameID')
  const text = textOf(nameId)
  const format = attributeOf(nameId, 'Format') ?? ''
  if (format.endsWith(':transient')) throw unusable('a transient NameID, which is another one each time')
  if (elementsOf(nameId).length > 0 || text === '') throw unusable('an empty NameID')
  if (text.length > 256 || /[\p{Cc}\p{Bidi_Control}]/u.test(text) || !text.isWellFormed())
    throw unusable('a NameID of more than 256 characters, or with control characters')
  return { subject: text, format }
}

interface Attribute {
  readonly names: readonly string[]
  readonly values: readonly string[]
}

function readAttributes(assertion: Element): Attribute[] {
  return childrenOf(assertion, ASSERTION, 'AttributeStatement')
    .flatMap(statement => childrenOf(statement, ASSERTION, 'Attribute'))
    .map(attribute => ({
      names: [attributeOf(attribute, 'Name') ?? '', attributeOf(attribute, 'FriendlyName') ?? ''],
      values: childrenOf(attribute, ASSERTION, 'AttributeValue')
        .filter(value => elementsOf(value).length === 0)
        .map(textOf)
        .filter(value => value !== ''),
    }))
}

/** The attribute that the setting names; without a setting the first of the usual ones. */
function valuesOf(
  attributes: readonly Attribute[],
  setting: string | undefined,
  usual: readonly string[],
): string[] {
  if (setting !== undefined)
    return attributes.filter(({ names }) => names.includes(setting)).flatMap(({ values }) => values)
  for (const name of usual) {
    const found = attributes.filter(({ names }) => names[0]!.toLowerCase() === name)
    if (found.some(({ values }) => values.length > 0)) return found.flatMap(({ values }) => values)
  }
  return []
}
