import Type from 'typebox'
import { keyState, publishedUntil } from '../keys/key-schedule.ts'
import { listKeys } from '../keys/key-store.ts'
import { removeSigningKey } from '../keys/remove-key.ts'
import { rotateSigningKey } from '../keys/rotate-key.ts'
import { choice, id, listOf, listQuery, moment, nullable, seconds, strict } from './fields.ts'
import { operation } from './operation.ts'
import { pageOfAll, readPage } from './page-of.ts'

const algorithm = choice(['ES256', 'EdDSA', 'RS256'], 'What it signs with.')
const kid = id('Its RFC 7638 thumbprint, as tokens name it.', 'Qm3vXh...')

const Key = strict(
  {
    kid,
    algorithm,
    state: choice(
      ['waiting', 'signing', 'retiring', 'retired', 'removed'],
      '`waiting`: published, signs later; `retiring`: signs no longer, still published for what it signed; `removed`: taken out in an emergency.',
    ),
    createdAt: moment('When it was made and published'),
    signsFrom: moment('When it begins to sign'),
    retiredAt: nullable(moment('When its successor takes over; null: it has none yet')),
    removedAt: nullable(moment('When it was taken out in an emergency')),
    publishedUntil: nullable(moment('When it leaves the key set')),
  },
  { $id: 'Key' },
)

export const keyOperations = [
  operation({
    method: 'GET',
    path: '/keys',
    id: 'listKeys',
    tag: 'Keys',
    summary: 'List the signing keys',
    description: 'The newest first. What is published is public anyway.',
    scope: 'keys:read',
    query: listQuery({}),
    status: 200,
    answer: listOf(Key),
    async handle({ deps, query }) {
      const now = deps.clock.now()
      const keys = await listKeys(deps.database.read)
      return pageOfAll(
        keys,
        readPage(query, /^[A-Za-z0-9_-]{43}$/),
        key => key.kid,
        key => ({
          kid: key.kid,
          algorithm: key.algorithm,
          state: keyState(key, now),
          createdAt: seconds(key.createdAt),
          signsFrom: seconds(key.signsFrom),
          retiredAt: seconds(key.retiredAt),
          removedAt: seconds(key.removedAt),
          publishedUntil: seconds(publishedUntil(key)),
        }),
      )
    },
  }),
  operation({
    method: 'POST',
    path: '/keys/rotate',
    id: 'rotateKey',
    tag: 'Keys',
    summary: 'Publish a new signing key',
    description: 'It signs in an hour, when every cache of the key set must have seen it.',
    scope: 'keys:write',
    allProjects: true,
    creates: true,
    body: strict({
      algorithm: Type.Optional(algorithm),
      atOnce: Type.Optional(
        Type.Boolean({
          default: false,
          description: 'It signs now, or the one that waits does: caches that lack it must ask again.',
          examples: [false],
        }),
      ),
    }),
    status: 201,
    answer: strict({
      kid,
      algorithm,
      signsFrom: moment('When it begins to sign'),
      retires: nullable(Type.String(), { description: 'The key that it takes over from.', examples: [null] }),
    }),
    async handle({ deps, principal, body }) {
      const { algorithm = 'ES256', atOnce = false } = body
      const next = await rotateSigningKey(deps, principal.actor, { algorithm, atOnce }, deps.clock.now())
      return { ...next, signsFrom: seconds(next.signsFrom) }
    },
  }),
  operation({
    method: 'DELETE',
    path: '/keys/:kid',
    id: 'removeKey',
    tag: 'Keys',
    summary: 'Emergency: take a key out of use now',
    description:
      'Every token that it signed is refused. Where it was the one that signs, the one that waits signs at once, or a new one.',
    scope: 'keys:write',
    allProjects: true,
    status: 200,
    answer: strict({
      kid,
      algorithm,
      replacement: nullable(Type.String(), {
        description: 'The key that signs in its place.',
        examples: [null],
      }),
    }),
    handle: async ({ deps, principal, params }) =>
      removeSigningKey(deps, principal.actor, { kid: params.kid!, secretLost: false }, deps.clock.now()),
  }),
]
