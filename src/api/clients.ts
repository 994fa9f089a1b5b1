import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import type { Project } from '../projects/project.ts'
import type { RegisteredClient } from '../projects/registry.ts'
import {
  type ClientSettings,
  createSiteClient,
  deleteSiteClient,
  updateSiteClient,
} from '../projects/site-clients.ts'
import { choice, id, listOf, listQuery, nothing, nullable, strict, text, url, version } from './fields.ts'
import { type ApiDeps, operation } from './operation.ts'
import { pageOfAll, readPage } from './page-of.ts'

const settings = {
  name: text(100, 'What people call it.', 'Support portal', 0),
  authMethod: choice(
    ['client_secret', 'private_key_jwt', 'none'],
    'How it proves who it is; `none`: a public client, by PKCE alone.',
  ),
  redirectUris: Type.Array(url('An absolute URL.', 'https://support.example.com/callback'), {
    maxItems: 100,
    description: 'Where codes may be sent, compared exactly.',
    examples: [['https://support.example.com/callback']],
  }),
  postLogoutRedirectUris: Type.Array(url('An absolute URL.', 'https://support.example.com/'), {
    maxItems: 100,
    description: 'Where a browser may go after signing out.',
    examples: [[]],
  }),
  backchannelLogoutUri: nullable(url('Where logout tokens are sent.', 'https://support.example.com/logout')),
  jwks: nullable(strict({ keys: Type.Array(Type.Object({}), { maxItems: 20 }) }), {
    description: 'Its public keys (RFC 7517), for `private_key_jwt`.',
    examples: [null],
  }),
  idTokenAlgorithm: nullable(
    choice(['ES256', 'EdDSA', 'RS256'], 'What its ID tokens are signed with; null: as the project says.'),
  ),
}

const Client = strict(
  {
    id: id('Its client ID.', 'site_01997c1e5a407cc29b0e5d1b4c1c7a11'),
    kind: choice(
      ['login', 'site', 'application'],
      'Whether it makes codes, redeems them, or makes login tokens.',
    ),
    ...settings,
    version,
  },
  { $id: 'Client' },
)

const changes = Type.Partial(Type.Object(settings)).properties

export const clientOperations = [
  operation({
    method: 'GET',
    path: '/projects/:project/clients',
    id: 'listClients',
    tag: 'Clients',
    summary: 'List the clients of a project',
    scope: 'projects:read',
    query: listQuery({}),
    status: 200,
    answer: listOf(Client),
    async handle({ deps, project, query }) {
      const clients = [...deps.registry.clientsOf(project.id)].sort((a, b) => (a.id < b.id ? -1 : 1))
      return pageOfAll(
        clients,
        readPage(query, /^(login|site|application)_[0-9a-f]{32}$/),
        client => client.id,
        showClient,
      )
    },
  }),
  operation({
    method: 'POST',
    path: '/projects/:project/clients',
    id: 'createClient',
    tag: 'Clients',
    summary: 'Make an OpenID Connect client',
    description: 'For a knowledge base or application that runs elsewhere.',
    scope: 'projects:write',
    creates: true,
    body: strict(changes),
    status: 201,
    answer: strict({
      client: Client,
      clientSecret: nullable(Type.String(), {
        description: 'Shown this once; null where it authenticates without one.',
        examples: ['gps_...'],
      }),
    }),
    async handle({ deps, principal, project, body }) {
      const made = await createSiteClient(deps, principal.actor, project.slug, body as ClientSettings)
      await deps.registry.refresh()
      return {
        client: showClient(requireClient(deps, project, made.clientId)),
        clientSecret: made.clientSecret,
      }
    },
  }),
  operation({
    method: 'GET',
    path: '/projects/:project/clients/:client',
    id: 'getClient',
    tag: 'Clients',
    summary: 'Read a client',
    scope: 'projects:read',
    status: 200,
    answer: Client,
    handle: async ({ deps, project, params }) => showClient(requireClient(deps, project, params.client!)),
  }),
  operation({
    method: 'PATCH',
    path: '/projects/:project/clients/:client',
    id: 'updateClient',
    tag: 'Clients',
    summary: 'Change a site client',
    description: 'What is not named stays. A login client has nothing to change but its secrets.',
    scope: 'projects:write',
    versioned: true,
    body: strict(changes, { minProperties: 1 }),
    status: 200,
    answer: Client,
    async handle({ deps, principal, project, params, body, expectedVersion }) {
      const { client } = params
      const wanted = body as ClientSettings
      await updateSiteClient(deps, principal.actor, project.slug, client!, wanted, expectedVersion)
      await deps.registry.refresh()
      return showClient(requireClient(deps, project, client!))
    },
  }),
  operation({
    method: 'DELETE',
    path: '/projects/:project/clients/:client',
    id: 'deleteClient',
    tag: 'Clients',
    summary: 'Delete a site client',
    description: 'Its codes and tokens are worth nothing from now on.',
    scope: 'projects:write',
    versioned: true,
    status: 204,
    answer: nothing,
    async handle({ deps, principal, project, params, expectedVersion }) {
      await deleteSiteClient(deps, principal.actor, project.slug, params.client!, expectedVersion)
      return null
    },
  }),
]

/** A client of the project. @throws AppError `not_found`, also for another project's. */
export function requireClient(deps: ApiDeps, project: Project, clientId: string): RegisteredClient {
  const client = deps.registry.client(clientId)
  if (client?.project.id === project.id) return client
  throw new AppError('not_found', `Project ${project.slug} has no client ${clientId}.`)
}

function showClient(client: RegisteredClient): Static<typeof Client> {
  const { project: _, secrets: __, redirectUris, postLogoutRedirectUris, jwks, ...rest } = client
  return {
    ...rest,
    redirectUris: [...redirectUris],
    postLogoutRedirectUris: [...postLogoutRedirectUris],
    jwks: jwks && { keys: [...jwks.keys] },
  }
}
