import Type from 'typebox'
import { clientIds, groups, trustEmail, url } from './parts.ts'

/** Any OpenID provider: signing in there (with `clientId`), and its ID tokens (of `clientIds`). */
export const oidc = Type.Object(
  {
    issuer: url('The issuer, whose discovery document says the rest.'),
    clientId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: 'Our client ID there, for signing in, which comes with a later version.',
      }),
    ),
    clientIds: Type.Optional(clientIds),
    scope: Type.Optional(
      Type.String({ maxLength: 512, description: 'For signing in; openid profile email without it.' }),
    ),
    trustEmail,
    ...groups,
  },
  { additionalProperties: false },
)
