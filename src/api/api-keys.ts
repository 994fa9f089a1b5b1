import Type, { type Static } from 'typebox'
import { type ApiKey, createApiKey, isLive, listApiKeys, revokeApiKey } from '../administrators/api-keys.ts'
import { scopes } from '../administrators/principal.ts'
import { idsOf, projects, slugsOf } from './administrator-fields.ts'
import { id, listOf, listQuery, moment, nothing, nullable, seconds, strict, text } from './fields.ts'
import { type ApiDeps, operation } from './operation.ts'
import { pageOfAll, readPage, uuidKey } from './page-of.ts'

const name = text(100, 'A name to recognise it by, in the audit log too.', 'deploy')
const rights = Type.Array(Type.Unsafe<string>({ type: 'string', enum: scopes }), {
  minItems: 1,
  maxItems: 50,
  description: 'What it may.',
  examples: [['projects:read', 'sign-ins:read']],
})
const about = { tag: 'API keys', allProjects: true } as const

const Shape = strict(
  {
    id: id('For revoking it.'),
    name,
    scopes: rights,
    projects,
    hint: Type.String({ description: 'Its last four characters.', examples: ['x9Qf'] }),
    live: Type.Boolean({ description: 'It works now.', examples: [true] }),
    administratorId: nullable(
      id('Whose rights limit it; null: made on the command line, limited by its scopes alone.'),
    ),
    createdBy: Type.String({ examples: ['admin:grace@example.com'] }),
    createdAt: moment('When it was made'),
    expiresAt: nullable(moment('When it ends; null: not by itself')),
    revokedAt: nullable(moment('When it was revoked')),
    lastUsedAt: nullable(moment('When it was used last, to the minute')),
  },
  { $id: 'ApiKey' },
)

export const apiKeyOperations = [
  operation({
    ...about,
    method: 'GET',
    path: '/api-keys',
    id: 'listApiKeys',
    summary: 'List the API keys',
    description: 'The newest first, those that work no longer too; never the keys themselves.',
    scope: 'administrators:read',
    query: listQuery({}),
    status: 200,
    answer: listOf(Shape),
    async handle({ deps, query }) {
      const keys = await listApiKeys(deps.database.read)
      return pageOfAll(
        keys,
        readPage(query, uuidKey),
        key => key.id,
        key => show(deps, key),
      )
    },
  }),
  operation({
    ...about,
    method: 'POST',
    path: '/api-keys',
    id: 'createApiKey',
    summary: 'Make an API key',
    description: 'It cannot have more rights than the key that makes it.',
    scope: 'administrators:write',
    creates: true,
    body: strict({
      name,
      scopes: rights,
      projects: Type.Optional(projects),
      expiresIn: Type.Optional(
        nullable(
          Type.Integer({
            minimum: 60,
            maximum: 3650 * 86_400,
            description: 'Seconds until it ends; null: it does not.',
            examples: [7776000],
          }),
        ),
      ),
    }),
    status: 201,
    answer: strict({
      apiKey: Shape,
      secret: Type.String({ description: 'The key itself. Shown this once.', examples: ['gpk_...'] }),
    }),
    async handle({ deps, principal, body }) {
      const { name, scopes, projects = null, expiresIn = null } = body
      const projectIds = idsOf(deps.registry, projects)
      const life = expiresIn === null ? null : expiresIn * 1000
      const { apiKey, secret } = await createApiKey(deps, principal, { name, scopes, projectIds, life })
      return { apiKey: show(deps, apiKey), secret }
    },
  }),
  operation({
    ...about,
    method: 'DELETE',
    path: '/api-keys/:key',
    id: 'revokeApiKey',
    summary: 'End an API key now',
    description: 'A key may end itself.',
    scope: 'administrators:write',
    status: 204,
    answer: nothing,
    async handle({ deps, principal, params }) {
      await revokeApiKey(deps, principal.actor, params.key!)
      return null
    },
  }),
]

function show(deps: ApiDeps, key: ApiKey): Static<typeof Shape> {
  const { projectIds, scopes, createdAt, expiresAt, revokedAt, lastUsedAt, ...rest } = key
  return {
    ...rest,
    scopes: [...scopes],
    projects: slugsOf(deps.registry, projectIds),
    live: isLive(key, deps.clock.now()),
    createdAt: seconds(createdAt),
    expiresAt: seconds(expiresAt),
    revokedAt: seconds(revokedAt),
    lastUsedAt: seconds(lastUsedAt),
  }
}
