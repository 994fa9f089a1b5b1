import Type, { type Static } from 'typebox'
import type { Project } from '../projects/project.ts'
import { findReaders } from '../readers/find-readers.ts'
import type { Reader } from '../readers/reader.ts'
import { requireReader } from '../readers/require-reader.ts'
import { setReaderBlocked } from '../sessions/block-reader.ts'
import { endSessionsOfReader } from '../sessions/end-sessions-of-reader.ts'
import { groupSlugs } from '../tokens/claims.ts'
import { id, listOf, listQuery, moment, nullable, seconds, strict } from './fields.ts'
import { operation } from './operation.ts'
import { namingCursor } from './page-of.ts'

const Shape = strict(
  {
    id: id('Never changes; `sub` in tokens.'),
    externalId: Type.String({
      description: 'What the login endpoint knows them by: `externalId`, or else the e-mail address.',
      examples: ['ada@example.com'],
    }),
    username: Type.String({ examples: ['ada'] }),
    firstName: Type.String({ examples: ['Ada'] }),
    lastName: Type.String({ examples: ['Lovelace'] }),
    email: Type.String({ examples: ['ada@example.com'] }),
    groups: Type.Array(Type.String(), { description: 'Slugs.', examples: [['staff']] }),
    blockedAt: nullable(moment('Since when they are blocked; null: they may sign in')),
    createdAt: moment('When they first came'),
    updatedAt: moment('When they last came'),
  },
  { $id: 'Reader' },
)

const reference = 'The address takes their `id` or, percent-encoded, their `externalId`.'

export const readerOperations = [
  operation({
    method: 'GET',
    path: '/projects/:project/readers',
    id: 'listReaders',
    tag: 'Readers',
    summary: 'Search the readers of a project',
    description:
      'By external ID. A search looks at so much and no more: `next` goes on from there, also where `items` is empty.',
    scope: 'readers:read',
    query: listQuery({
      search: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 256,
          description: 'How the external ID, e-mail address, user name or a name begins.',
          examples: ['ada'],
        }),
      ),
      blocked: Type.Optional(Type.Boolean({ description: 'Only those who are blocked, or who are not.' })),
    }),
    status: 200,
    answer: listOf(Shape),
    async handle({ deps, project, query }) {
      const { search, blocked, limit = 50, cursor } = query
      const filter = {
        projectId: project.id,
        ...(search !== undefined && { text: search }),
        ...(blocked !== undefined && { blocked }),
      }
      const page = { after: cursor, limit }
      const found = await namingCursor(findReaders(deps.database.read, filter, page))
      return { items: found.readers.map(reader => showReader(project, reader)), next: found.next }
    },
  }),
  operation({
    method: 'GET',
    path: '/projects/:project/readers/:reader',
    id: 'getReader',
    tag: 'Readers',
    summary: 'Read a reader',
    description: reference,
    scope: 'readers:read',
    status: 200,
    answer: Shape,
    handle: async ({ deps, project, params }) =>
      showReader(project, await requireReader(deps.database.read, project, params.reader!)),
  }),
  operation({
    method: 'POST',
    path: '/projects/:project/readers/:reader/block',
    id: 'blockReader',
    tag: 'Readers',
    summary: 'Block a reader',
    description: `Their sessions end now, and new ones are refused. ${reference}`,
    scope: 'readers:write',
    status: 200,
    answer: Shape,
    handle: async ({ deps, principal, project, params }) =>
      showReader(
        project,
        await setReaderBlocked(deps, principal.actor, { project, reader: params.reader!, blocked: true }),
      ),
  }),
  operation({
    method: 'POST',
    path: '/projects/:project/readers/:reader/unblock',
    id: 'unblockReader',
    tag: 'Readers',
    summary: 'Let a blocked reader in again',
    description: reference,
    scope: 'readers:write',
    status: 200,
    answer: Shape,
    handle: async ({ deps, principal, project, params }) =>
      showReader(
        project,
        await setReaderBlocked(deps, principal.actor, { project, reader: params.reader!, blocked: false }),
      ),
  }),
  operation({
    method: 'POST',
    path: '/projects/:project/readers/:reader/end-sessions',
    id: 'endReaderSessions',
    tag: 'Readers',
    summary: 'End all sessions of a reader',
    description: `They may sign in again. ${reference}`,
    scope: 'readers:write',
    status: 200,
    answer: Shape,
    handle: async ({ deps, principal, project, params }) =>
      showReader(
        project,
        await endSessionsOfReader(deps, principal.actor, { project, reader: params.reader! }),
      ),
  }),
]

function showReader(project: Project, reader: Reader): Static<typeof Shape> {
  const { projectId: _, groupIds, blockedAt, createdAt, updatedAt, ...rest } = reader
  return {
    ...rest,
    groups: groupSlugs(project, groupIds),
    blockedAt: seconds(blockedAt),
    createdAt: seconds(createdAt),
    updatedAt: seconds(updatedAt),
  }
}
