import { html } from 'ghtml'
import type { ProviderKind } from '../../db/tables.ts'
import type { IdentityProvider } from '../../upstream/identity-provider.ts'
import { type SettingField, settingFields } from '../../upstream/setting-fields.ts'
import { settingText } from '../read-provider.ts'
import type { Refused } from '../submit.ts'
import { switchField, textArea, textField } from './form.ts'
import { metadataField } from './saml-provider-parts.ts'

/** What people call each kind, and what its tokens are. */
export const kinds: Readonly<Record<ProviderKind, { readonly name: string; readonly about: string }>> = {
  google: { name: 'Google', about: 'ID tokens of your Google applications.' },
  facebook: {
    name: 'Facebook',
    about: 'ID tokens of Limited Login, and access tokens of your Facebook app.',
  },
  github: { name: 'GitHub', about: 'Access tokens of your GitHub OAuth app.' },
  oidc: {
    name: 'OpenID provider',
    about: 'Readers of projects of the standard OpenID sign in there. Applications may bring its ID tokens.',
  },
  saml: {
    name: 'SAML provider',
    about: 'Readers of projects of the standard SAML sign in there.',
  },
}

const labels: Readonly<Record<string, string>> = {
  clientIds: 'Client IDs',
  clientId: 'Client ID',
  appId: 'App ID',
  issuer: 'Issuer',
  jwksUri: 'Address of its keys',
  graphUrl: 'Graph API',
  apiUrl: 'API',
  scope: 'Scope',
  trustEmail: 'Take e-mail addresses that are not called verified',
  secretInBody: 'Send the secret in the body',
  usernameClaim: 'Claim with the user name',
  emailClaim: 'Claim with the e-mail address',
  firstNameClaim: 'Claim with the first name',
  lastNameClaim: 'Claim with the last name',
  groupsClaim: 'Claim with groups',
  groupMap: 'Groups',
  entityId: 'Entity ID',
  singleSignOnUrl: 'Single sign-on URL',
  certificates: 'Certificates',
  emailAttribute: 'Attribute with the e-mail address',
  firstNameAttribute: 'Attribute with the first name',
  lastNameAttribute: 'Attribute with the last name',
  usernameAttribute: 'Attribute with the user name',
  metadataUrl: 'Metadata URL',
}

const hints: Readonly<Record<string, string>> = {
  clientIds: 'One a line. Tokens for any other application are refused.',
  certificates: 'PEM, one after the other; or base64, one a line.',
  metadataUrl: 'Its certificates can then be read again at a press of a button.',
  groupsClaim:
    'The claim or attribute in which the provider says what groups somebody is in. Empty: no groups.',
  groupMap:
    'One a line: its name there = the slug of a reader group. Names that are not here are passed over.',
  issuer: 'Its address, as its own discovery document spells it.',
  entityId: 'What the provider calls itself in its answers.',
  trustEmail:
    'Only where the provider lets nobody use an address that is not theirs. Products may take an address for proof of who somebody is.',
}

/** Where a setting is for something else than by other kinds. */
const hintsOf: Readonly<Partial<Record<ProviderKind, Readonly<Record<string, string>>>>> = {
  oidc: {
    clientId: 'Of the application that you registered there for Gatepass. Readers sign in with it.',
    clientIds:
      'Of further applications of yours, which bring ID tokens to Gatepass. One a line; tokens for any other are refused.',
    scope: 'What is asked for. Empty: openid profile email.',
    secretInBody: 'Only if the provider does not take the secret in a header (client_secret_post).',
    emailClaim:
      'Empty: email. Another one counts only where addresses that are not called verified are taken.',
    usernameClaim: 'Empty: the e-mail address, else preferred_username, else sub.',
    firstNameClaim: 'Empty: given_name.',
    lastNameClaim: 'Empty: family_name.',
  },
}

/** Whether our application has a secret there that Gatepass is to know. */
const takesSecret: Readonly<Record<ProviderKind, string | undefined>> = {
  google: undefined,
  facebook: 'App secret',
  github: 'Client secret',
  oidc: 'Client secret',
  saml: undefined,
}

/** Where the provider is asked, if not where everybody asks it. */
const addresses = ['issuer', 'jwksUri', 'graphUrl', 'apiUrl']

/** How a SAML provider calls what it says: most are found by their usual names. */
const attributes = ['emailAttribute', 'firstNameAttribute', 'lastNameAttribute', 'usernameAttribute']
/** The same of an OpenID provider, and how it is asked. */
const claims = ['scope', 'secretInBody', 'usernameClaim', 'emailClaim', 'firstNameClaim', 'lastNameClaim']
/** What the secret belongs to, and stands behind. */
const ownIds = ['clientId', 'appId']
/** Filled out of the metadata. */
const inMetadata = ['entityId', 'singleSignOnUrl', 'certificates']

/** The label of a setting. */
export function labelOf(key: string): string {
  return labels[key] ?? key
}

export function providerFields(
  kind: ProviderKind,
  provider: Pick<IdentityProvider, 'name' | 'settings' | 'wrappedSecret'> | undefined,
  refused: Refused | undefined,
): string {
  const settings = (provider?.settings ?? {}) as Readonly<Record<string, unknown>>
  const fields = settingFields(kind)
  const elsewhere = fields.filter(({ key, required }) => !required && addresses.includes(key))
  const named = fields.filter(({ key }) => attributes.includes(key))
  const seldom = kind === 'oidc' ? fields.filter(({ key }) => claims.includes(key)) : []
  const usual = fields.filter(
    field => !elsewhere.includes(field) && !named.includes(field) && !seldom.includes(field),
  )
  const isOpen = (some: readonly SettingField[]) =>
    some.some(({ key }) => settings[key] !== undefined || refused?.problems[key] || refused?.values[key])
  const show = (field: SettingField) =>
    settingField(
      kind,
      inMetadata.includes(field.key) ? { ...field, required: false } : field,
      settings[field.key],
      refused,
    )
  return html`!${textField({ refused, name: 'name', label: 'Name', value: provider?.name ?? kinds[kind].name, required: true, hint: 'What people call it.' })}
!${kind === 'saml' ? metadataField(refused) : ''}
!${usual.map(field => (ownIds.includes(field.key) ? `${show(field)}${secretFields(kind, provider, refused)}` : show(field)))}
!${named.length === 0 ? '' : html`<details !${isOpen(named) ? 'open' : ''}><summary>Names of attributes</summary><p class="hint">Empty, they are found by the names that Entra ID, Okta, ADFS, Google and Keycloak give them.</p><div class="stack">!${named.map(show)}</div></details>`}
!${seldom.length === 0 ? '' : html`<details !${isOpen(seldom) ? 'open' : ''}><summary>Scope, and names of claims</summary><p class="hint">Empty, they are as OpenID Connect has them, which suits most providers.</p><div class="stack">!${seldom.map(show)}</div></details>`}
!${elsewhere.length === 0 ? '' : html`<details !${isOpen(elsewhere) ? 'open' : ''}><summary>Other addresses</summary><p class="hint">Empty, they are those that everybody uses. Fill them in for an installation of your own, such as GitHub Enterprise.</p><div class="stack">!${elsewhere.map(show)}</div></details>`}`
}

function settingField(
  kind: ProviderKind,
  field: SettingField,
  value: unknown,
  refused: Refused | undefined,
): string {
  const { key, form, required, about } = field
  const common = {
    name: key,
    label: labelOf(key),
    hint: hintsOf[kind]?.[key] ?? hints[key] ?? about,
    refused,
  }
  if (form === 'switch') return switchField({ ...common, on: value === true })
  const text = settingText(field, value)
  return form === 'text'
    ? textField({ ...common, value: text, required, mono: true })
    : textArea({ ...common, value: text, mono: true, rows: key === 'certificates' ? 8 : 3 })
}

function secretFields(
  kind: ProviderKind,
  provider: Pick<IdentityProvider, 'wrappedSecret'> | undefined,
  refused: Refused | undefined,
): string {
  const label = takesSecret[kind]
  if (label === undefined) return ''
  const stored = provider !== undefined && provider.wrappedSecret !== null
  const hint = stored
    ? 'One is stored; it is never shown. Leave this empty to keep it.'
    : kind === 'github' || kind === 'facebook'
      ? 'With it Gatepass asks whether an access token was made for your application.'
      : 'Only for signing in there, not for its tokens.'
  return html`!${textField({ name: 'secret', label, type: 'password', hint, refused })}
!${stored ? switchField({ name: 'withoutSecret', label: 'Take the stored secret away', on: false, refused }) : ''}`
}
