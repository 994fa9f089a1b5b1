import Type from 'typebox'
import { groups, url } from './parts.ts'

/** A SAML 2.0 identity provider, as its metadata describes it. */
export const saml = Type.Object(
  {
    entityId: Type.String({ minLength: 1, maxLength: 2048, description: 'Its entity ID.' }),
    singleSignOnUrl: url('Where a sign-in is sent to.'),
    certificates: Type.Array(Type.String({ minLength: 1, maxLength: 16_384 }), {
      minItems: 1,
      maxItems: 5,
      description: 'The certificates that its assertions are signed with, PEM or base64.',
    }),
    emailAttribute: Type.Optional(Type.String({ maxLength: 256 })),
    firstNameAttribute: Type.Optional(Type.String({ maxLength: 256 })),
    lastNameAttribute: Type.Optional(Type.String({ maxLength: 256 })),
    ...groups,
  },
  { additionalProperties: false },
)
