import Type from 'typebox'
import { clientIds, groups, url } from './parts.ts'

/** Google: ID tokens of one's own applications. */
export const google = Type.Object(
  {
    clientIds,
    issuer: Type.Optional(url('The issuer; https://accounts.google.com without it.')),
    jwksUri: Type.Optional(url('Where its keys are; as Google publishes them without it.')),
    ...groups,
  },
  { additionalProperties: false },
)
