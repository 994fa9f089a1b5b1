import Type from 'typebox'
import { groups, url } from './parts.ts'

const attribute = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 256, description }))

/** A SAML 2.0 identity provider, as its metadata describes it. */
export const saml = Type.Object(
  {
    metadataUrl: Type.Optional(url('Where its metadata is, to read it again at a press of a button.')),
    entityId: Type.String({ minLength: 1, maxLength: 1024, description: 'Its entity ID.' }),
    singleSignOnUrl: url('Where a sign-in is sent to, by the HTTP-Redirect binding.'),
    certificates: Type.Array(Type.String({ minLength: 1, maxLength: 16_384 }), {
      minItems: 1,
      maxItems: 10,
      description: 'The certificates that its assertions are signed with, PEM or base64.',
    }),
    emailAttribute: attribute('The attribute with the e-mail address; the usual names without it.'),
    firstNameAttribute: attribute('The attribute with the first name; the usual names without it.'),
    lastNameAttribute: attribute('The attribute with the last name; the usual names without it.'),
    usernameAttribute: attribute('The attribute with the user name; the usual names without it.'),
    ...groups,
  },
  { additionalProperties: false },
)
