import Type from 'typebox'
import { url } from './parts.ts'

/** GitHub: access tokens of one's own OAuth app (with its client secret). */
export const github = Type.Object(
  {
    clientId: Type.String({ minLength: 1, maxLength: 512 }),
    apiUrl: Type.Optional(url('The API; https://api.github.com without it.')),
  },
  { additionalProperties: false },
)
