import Type from 'typebox'
import { clientIds, groups, trustEmail, url } from './parts.ts'

const claim = (what: string, without: string, more = '') =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: `The claim with ${what}; ${without} without it${more}.`,
    }),
  )

/** Any OpenID provider: signing in there (with `clientId`), and its ID tokens (of `clientIds`). */
export const oidc = Type.Object(
  {
    issuer: url('The issuer, whose discovery document says the rest.'),
    clientId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: 'Our client ID there, for signing in.',
      }),
    ),
    clientIds: Type.Optional(clientIds),
    scope: Type.Optional(
      Type.String({ maxLength: 512, description: 'For signing in; openid profile email without it.' }),
    ),
    secretInBody: Type.Optional(
      Type.Boolean({
        description:
          'The secret goes into the body (client_secret_post) also where the header would be taken.',
      }),
    ),
    trustEmail,
    usernameClaim: claim('the user name', 'e-mail address, preferred_username or sub'),
    emailClaim: claim('the e-mail address', 'email', '; another one only counts with trustEmail'),
    firstNameClaim: claim('the first name', 'given_name'),
    lastNameClaim: claim('the last name', 'family_name'),
    ...groups,
  },
  { additionalProperties: false },
)
