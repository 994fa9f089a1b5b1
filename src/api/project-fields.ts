// A project as the API shows and takes it.
import Type, { type Static } from 'typebox'
import { callbackUrl, type Project, type ProjectSettings } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import { choice, id, moment, nullable, seconds, strict, text, url, version } from './fields.ts'
import type { ApiDeps } from './operation.ts'

const minutes = (description: string, example: number) =>
  Type.Integer({ description: `${description}, in minutes from 5 to 1440.`, examples: [example] })

const named = {
  slug: Type.String({
    maxLength: 63,
    description: 'Short name, in addresses: lower-case letters, digits, inner hyphens.',
    examples: ['acme'],
  }),
  name: text(100, 'What readers see.', 'Acme Help'),
  siteUrl: url('Origin of the knowledge base.', 'https://help.example.com'),
  loginUrl: url(
    'Where a browser without a session is sent by the standard `jwt`; may be empty by the others. A project that is made without one and without a standard gets `accounts`.',
    'https://www.example.com/login',
  ),
}

const optional = {
  standard: choice(
    ['jwt', 'openid', 'saml', 'accounts'],
    'How readers sign in: by a push of the login endpoint, at a provider, or with an account at the login page here.',
  ),
  accountAdmission: choice(
    ['members', 'anyone'],
    'By the standard `accounts`: who may sign in, the members of the project or everybody with an account.',
  ),
  logoutUrl: nullable(
    url('Where a browser lands after signing out; null: our own page.', 'https://www.example.com'),
  ),
  siteFolder: nullable(
    Type.String({
      maxLength: 4096,
      description:
        'Folder of Markdown or HTML on the server, which is served as the knowledge base. Only a key for all projects may change it.',
      examples: [null],
    }),
  ),
  siteElsewhere: Type.Boolean({
    description: 'The site URL leads to another server than this one.',
    examples: [false],
  }),
  jwtEnabled: Type.Boolean({ description: 'Readers can sign in.', examples: [true] }),
  homePublished: Type.Boolean({
    description: 'False: readers without a page in mind land on /docs.',
    examples: [true],
  }),
  unknownGroups: choice(
    ['reject', 'ignore', 'create'],
    'What happens with reader groups that are not there.',
  ),
  pathRules: Type.Array(
    strict({
      path: Type.String({
        maxLength: 1024,
        description: 'Exact, or ending in `/*`.',
        examples: ['/internal/*'],
      }),
      groups: Type.Array(Type.String({ maxLength: 63, examples: ['staff'] }), {
        maxItems: 100,
        description: 'Slugs; a reader needs one of them.',
        examples: [['staff']],
      }),
    }),
    {
      maxItems: 1000,
      description: 'Who may open which pages.',
      examples: [[{ path: '/internal/*', groups: ['staff'] }]],
    },
  ),
  allowedRedirects: Type.Array(url('An absolute URL.', 'https://app.example.com/callback'), {
    maxItems: 100,
    description: 'What a swap may name as `redirect_uri` beside the callback URL.',
    examples: [[]],
  }),
  signingAlgorithm: choice(['ES256', 'EdDSA', 'RS256'], 'What tokens are signed with.'),
  binding: choice(['off', 'confirm', 'required'], 'Whether a sign-in must start at the site.'),
  outstandingCodesLimit: Type.Integer({
    description: 'How many codes may wait to be redeemed.',
    examples: [100000],
  }),
  minTokenValidity: minutes('The least that a session lasts', 5),
  maxTokenValidity: minutes('The most that a session lasts', 1440),
  defaultTokenValidity: minutes('How long a session lasts where the push does not say', 15),
  logoUrl: nullable(
    url('An https URL of an image, for pages that readers see.', 'https://www.example.com/logo.svg'),
  ),
  accentColor: nullable(
    Type.String({ maxLength: 7, description: '`#rrggbb`, for buttons and links.', examples: ['#0b6355'] }),
  ),
}

const settings = { ...named, ...optional }

/** Every setting is in the schema, and the schema has no other: the compiler says so. */
const complete: Record<keyof ProjectSettings, unknown> = settings satisfies Record<
  keyof ProjectSettings,
  unknown
>
void complete

const optionally = <P extends Record<string, Parameters<typeof Type.Optional>[0]>>(properties: P) =>
  Type.Partial(Type.Object(properties)).properties

const { loginUrl, ...required } = named
/** Without a login URL readers sign in at the page that is built in: the standard is `accounts`. */
export const NewProject = strict({ ...required, ...optionally({ loginUrl, ...optional }) })
export const ProjectChanges = strict(optionally(settings), { minProperties: 1 })

export const ProjectShape = strict(
  {
    id: id('Never changes.'),
    ...settings,
    loginClientId: nullable(
      Type.String({
        description: 'For the login endpoint.',
        examples: ['login_01997c1e5a407cc29b0e5d1b4c1c7a10'],
      }),
    ),
    siteClientId: nullable(
      Type.String({
        description: 'For a knowledge base elsewhere.',
        examples: ['site_01997c1e5a407cc29b0e5d1b4c1c7a11'],
      }),
    ),
    codeGenerationUrl: url('Where the login endpoint gets codes.', 'https://id.example.com/jwt/generateCode'),
    callbackUrl: url('Where a browser brings a code.', 'https://help.example.com/jwt/authorize'),
    createdAt: moment('When it was made'),
    updatedAt: moment('When it was changed last'),
    version,
  },
  { $id: 'Project' },
)

export function showProject(deps: ApiDeps, project: Project): Static<typeof ProjectShape> {
  const { siteHost: _, groups: __, createdAt, updatedAt, pathRules, allowedRedirects, ...rest } = project
  return {
    ...rest,
    pathRules: pathRules.map(rule => ({ path: rule.path, groups: [...rule.groups] })),
    allowedRedirects: [...allowedRedirects],
    ...clientIds(deps.registry, project),
    codeGenerationUrl: `${deps.issuer}/jwt/generateCode`,
    callbackUrl: callbackUrl(project),
    createdAt: seconds(createdAt),
    updatedAt: seconds(updatedAt),
  }
}

/** A project's own clients are its oldest of each kind. */
function clientIds(registry: Registry, project: Project) {
  const clients = registry.clientsOf(project.id)
  const first = (kind: 'login' | 'site') => clients.find(client => client.kind === kind)?.id ?? null
  return { loginClientId: first('login'), siteClientId: first('site') }
}
