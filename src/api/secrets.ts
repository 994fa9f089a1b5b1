import Type from 'typebox'
import { isActive } from '../projects/client-secrets.ts'
import { issueSecret } from '../projects/issue-secret.ts'
import type { ClientSecret } from '../projects/project.ts'
import { listClientsOf } from '../projects/project-store.ts'
import { revokeSecret, rotateSecret } from '../projects/rotate-secret.ts'
import { requireClient } from './clients.ts'
import { choice, id, listOf, listQuery, moment, nothing, nullable, seconds, strict, text } from './fields.ts'
import { operation } from './operation.ts'
import { pageOfAll, readPage, uuidKey } from './page-of.ts'

const YEAR = 365 * 86_400

const clientId = id('Whose it is.', 'login_01997c1e5a407cc29b0e5d1b4c1c7a10')
const label = text(100, 'A name to recognise it by.', 'production')
const clientSecret = Type.String({ description: 'Shown this once.', examples: ['gps_...'] })

const Secret = strict(
  {
    id: id('For revoking it.'),
    clientId,
    clientKind: choice(
      ['login', 'site', 'application'],
      'Whether it makes codes, redeems them, or makes login tokens.',
    ),
    label: Type.String({ examples: ['production'] }),
    hint: Type.String({ description: 'Its last four characters.', examples: ['x9Qf'] }),
    active: Type.Boolean({ description: 'It works now.', examples: [true] }),
    createdAt: moment('When it was made'),
    expiresAt: nullable(moment('When it stops working; null: not by itself')),
    lastUsedAt: nullable(moment('When it was used last, to the minute')),
  },
  { $id: 'Secret' },
)

export const secretOperations = [
  operation({
    method: 'GET',
    path: '/projects/:project/secrets',
    id: 'listSecrets',
    tag: 'Secrets',
    summary: 'List the secrets of a project',
    description: 'Their last four characters, use and end; never the secrets. Retired ones too.',
    scope: 'projects:read',
    query: listQuery({ clientId: Type.Optional(clientId) }),
    status: 200,
    answer: listOf(Secret),
    async handle({ deps, project, query }) {
      const now = deps.clock.now()
      const clients = await listClientsOf(deps.database.read, project.id)
      const secrets = clients
        .filter(client => query.clientId === undefined || client.id === query.clientId)
        .flatMap(({ kind, secrets }) => secrets.map(secret => ({ kind, secret })))
        .sort((a, b) => (a.secret.id < b.secret.id ? -1 : 1))
      return pageOfAll(
        secrets,
        readPage(query, uuidKey),
        each => each.secret.id,
        ({ kind, secret }) => ({
          ...showSecret(secret, now),
          clientKind: kind,
        }),
      )
    },
  }),
  operation({
    method: 'POST',
    path: '/projects/:project/clients/:client/secrets',
    id: 'issueSecret',
    tag: 'Secrets',
    summary: 'Make a secret beside those that a client has',
    description: 'For a test or a second machine: the others keep working, and this one ends by itself.',
    scope: 'secrets:write',
    creates: true,
    body: strict({
      label,
      expiresIn: Type.Integer({
        minimum: 60,
        maximum: 10 * YEAR,
        description: 'Seconds until it ends.',
        examples: [604800],
      }),
    }),
    status: 201,
    answer: strict({ clientId, clientSecret, expiresAt: moment('When it stops working') }),
    async handle({ deps, principal, project, params, body }) {
      const { kind, id } = requireClient(deps, project, params.client!)
      const { expiresIn, label } = body
      const wanted = { slug: project.slug, kind, clientId: id, label, life: expiresIn * 1000 }
      const issued = await issueSecret(deps, principal.actor, wanted)
      return { ...issued, expiresAt: seconds(issued.expiresAt) }
    },
  }),
  operation({
    method: 'POST',
    path: '/projects/:project/clients/:client/rotate-secret',
    id: 'rotateSecret',
    tag: 'Secrets',
    summary: 'Make a new secret and retire those before it',
    description: 'With a grace period the old ones go on working for a while, so that nobody is locked out.',
    scope: 'secrets:write',
    creates: true,
    body: strict({
      label: Type.Optional(label),
      grace: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: YEAR,
          default: 0,
          description: 'Seconds that the old ones still work.',
          examples: [86400],
        }),
      ),
    }),
    status: 201,
    answer: strict({
      clientId,
      clientSecret,
      oldValidUntil: nullable(moment('Until when the secrets before it work; null: there were none')),
    }),
    async handle({ deps, principal, project, params, body }) {
      const { kind, id } = requireClient(deps, project, params.client!)
      const { label = 'rotated', grace = 0 } = body
      const wanted = { slug: project.slug, kind, clientId: id, label, grace: grace * 1000 }
      const rotated = await rotateSecret(deps, principal.actor, wanted)
      return { ...rotated, oldValidUntil: seconds(rotated.oldValidUntil) }
    },
  }),
  operation({
    method: 'DELETE',
    path: '/projects/:project/secrets/:secret',
    id: 'revokeSecret',
    tag: 'Secrets',
    summary: 'End a secret now',
    scope: 'secrets:write',
    status: 204,
    answer: nothing,
    async handle({ deps, principal, project, params }) {
      await revokeSecret(deps, principal.actor, { slug: project.slug, secretId: params.secret! })
      return null
    },
  }),
]

function showSecret(secret: ClientSecret, now: number) {
  const { hash: _, createdAt, expiresAt, lastUsedAt, ...rest } = secret
  return {
    ...rest,
    active: isActive(secret, now),
    createdAt: seconds(createdAt),
    expiresAt: seconds(expiresAt),
    lastUsedAt: seconds(lastUsedAt),
  }
}
