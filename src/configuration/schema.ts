// What a configuration file may say. The rules of projects have the last word on a value; here stands its kind, and the
// sentence for one of another kind.
import Type, { type TSchema } from 'typebox'
import type { ProjectSettings } from '../projects/project.ts'
import type { ClientSettings } from '../projects/site-clients.ts'

const slugOf = (problem: string) =>
  Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$', problem })
const text = (problem: string) => Type.String({ maxLength: 4096, problem })
const orNothing = (problem: string) =>
  Type.Union([Type.String({ maxLength: 4096 }), Type.Null()], { problem })
const choice = (...choices: string[]) =>
  Type.Union(
    choices.map(each => Type.Literal(each)),
    { problem: `must be one of ${choices.join(', ')}` },
  )
const onOff = Type.Boolean({ problem: 'must be true or false' })
const count = (problem: string) => Type.Integer({ problem })
const list = (items: TSchema, problem: string) => Type.Array(items, { maxItems: 1000, problem, whole: true })
const slugSentence = 'must be 1 to 63 lower-case letters, digits and inner hyphens'
const nameSentence = 'must be 1 to 100 characters of text; put it in quotes if it looks like something else'
const urlSentence = 'must be an http(s) URL without credentials and #'
const validity = () => count('must be a whole number of minutes from 5 to 1440')

const algorithm = choice('ES256', 'EdDSA', 'RS256')

const clientSettings = {
  authMethod: choice('client_secret', 'private_key_jwt', 'none'),
  redirectUris: list(text(urlSentence), 'must be a list of URLs'),
  postLogoutRedirectUris: list(text(urlSentence), 'must be a list of URLs'),
  backchannelLogoutUri: orNothing(urlSentence),
  jwks: Type.Union(
    [Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }), Type.Null()],
    {
      problem: 'must be a JWK Set of public keys: keys, and a list of them',
    },
  ),
  idTokenAlgorithm: Type.Union(
    [Type.Literal('ES256'), Type.Literal('EdDSA'), Type.Literal('RS256'), Type.Null()],
    {
      problem: 'must be one of ES256, EdDSA, RS256',
    },
  ),
} satisfies Record<Exclude<keyof ClientSettings, 'name'>, TSchema>

const object = (properties: Record<string, TSchema>, needs: readonly string[], problem: string) =>
  Type.Object(properties, { needs, problem })

const Group = object(
  { slug: slugOf(slugSentence), name: text(nameSentence) },
  ['slug'],
  'must be a group: slug, and name where that differs',
)

const Client = object(
  { name: Type.String({ minLength: 1, maxLength: 100, problem: nameSentence }), ...clientSettings },
  ['name'],
  'must be a client: name, and its settings',
)

const PathRule = object(
  {
    path: text('must be a path such as /internal/*'),
    groups: list(text(slugSentence), 'must be a list of group slugs'),
  },
  ['path', 'groups'],
  'must be a rule: path and groups',
)

/** Settings of a project in the order in which they are written. */
export const projectSettings = {
  slug: slugOf(slugSentence),
  name: text(nameSentence),
  siteUrl: text('must be an origin such as https://help.example.com, without a path'),
  loginUrl: text(urlSentence),
  logoutUrl: orNothing(urlSentence),
  siteFolder: orNothing('must be the path of a folder'),
  siteElsewhere: onOff,
  standard: choice('jwt', 'openid', 'saml', 'accounts'),
  accountAdmission: choice('members', 'anyone'),
  jwtEnabled: onOff,
  binding: choice('off', 'confirm', 'required'),
  homePublished: onOff,
  unknownGroups: choice('reject', 'ignore', 'create'),
  pathRules: list(PathRule, 'must be a list of rules, each with path and groups'),
  allowedRedirects: list(text(urlSentence), 'must be a list of URLs'),
  signingAlgorithm: algorithm,
  minTokenValidity: validity(),
  defaultTokenValidity: validity(),
  maxTokenValidity: validity(),
  outstandingCodesLimit: count('must be a whole number from 1 to 10000000'),
  logoUrl: orNothing('must be an https URL of an image'),
  accentColor: orNothing('must be a colour in quotes, such as "#0b6355"'),
} satisfies Record<keyof ProjectSettings, TSchema>

const Project = object(
  {
    ...projectSettings,
    groups: Type.Array(Group, { maxItems: 10_000, problem: 'must be a list of groups' }),
    siteClient: object(
      { name: Type.String({ maxLength: 100, problem: nameSentence }), ...clientSettings },
      [],
      'must be the settings of a client',
    ),
    clients: Type.Array(Client, { maxItems: 10_000, problem: 'must be a list of clients' }),
  },
  ['slug'],
  'must be a project: slug, and its settings',
)

/** Settings of a client in the order in which they are written. */
export const clientSettingNames = [
  'name',
  ...Object.keys(clientSettings),
] as readonly (keyof ClientSettings)[]

export const ConfigurationFile = object(
  { projects: Type.Array(Project, { maxItems: 10_000, problem: 'must be a list of projects' }) },
  ['projects'],
  'must have projects at the top, and a list of them',
)
