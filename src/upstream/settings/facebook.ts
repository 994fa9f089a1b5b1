import Type from 'typebox'
import { trustEmail, url } from './parts.ts'

/** Facebook: Limited Login's ID tokens, and access tokens of one's own app (with the app secret). */
export const facebook = Type.Object(
  {
    appId: Type.String({ minLength: 1, maxLength: 512 }),
    issuer: Type.Optional(url('The issuer; https://www.facebook.com without it.')),
    jwksUri: Type.Optional(url('Where its keys are; as Facebook publishes them without it.')),
    graphUrl: Type.Optional(url('The Graph API; https://graph.facebook.com without it.')),
    trustEmail,
  },
  { additionalProperties: false },
)
