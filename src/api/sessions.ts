import Type, { type Static } from 'typebox'
import { requireReader } from '../readers/require-reader.ts'
import { endSessionBySid } from '../sessions/end-session.ts'
import { type ListedSession, listSessions } from '../sessions/list-sessions.ts'
import { sidOf } from '../sessions/session.ts'
import {
  choice,
  id,
  listOf,
  listQuery,
  moment,
  nothing,
  nullable,
  seconds,
  strict,
  traceId,
} from './fields.ts'
import { type Call, operation } from './operation.ts'
import { pageOf, readPage } from './page-of.ts'

const Session = strict(
  {
    sid: Type.String({ description: 'As tokens name it.', examples: ['AZl8HlpAf...'] }),
    reader: Type.String({ description: 'External ID.', examples: ['ada@example.com'] }),
    readerId: id('Of the reader.'),
    kind: choice(
      ['site', 'tokens', 'central'],
      '`site`: of a site served here; `tokens`: of a client elsewhere; `central`: at the identity server.',
    ),
    clientId: nullable(Type.String(), {
      description: 'The OpenID Connect client, where it is one’s.',
      examples: [null],
    }),
    centralSid: nullable(Type.String(), {
      description: 'The central session that it came of.',
      examples: [null],
    }),
    traceId,
    live: Type.Boolean({ description: 'It is open now.', examples: [true] }),
    createdAt: moment('When it was opened'),
    expiresAt: moment('When it ends by itself'),
    endedAt: nullable(moment('When it was ended before its time')),
    endReason: nullable(Type.String(), { description: 'What ended it.', examples: [null] }),
  },
  { $id: 'Session' },
)

const query = listQuery({
  all: Type.Optional(Type.Boolean({ default: false, description: 'Ended ones too.', examples: [true] })),
})
const sessionKey = /^[A-Za-z0-9_-]{43}$/

export const sessionOperations = [
  operation({
    method: 'GET',
    path: '/projects/:project/sessions',
    id: 'listSessions',
    tag: 'Readers',
    summary: 'List the open sessions of a project',
    description: 'The newest first.',
    scope: 'readers:read',
    query,
    status: 200,
    answer: listOf(Session),
    handle: async call => await list(call, undefined),
  }),
  operation({
    method: 'GET',
    path: '/projects/:project/readers/:reader/sessions',
    id: 'listReaderSessions',
    tag: 'Readers',
    summary: 'List the open sessions of a reader',
    description: 'The newest first.',
    scope: 'readers:read',
    query,
    status: 200,
    answer: listOf(Session),
    async handle(call) {
      const reader = await requireReader(call.deps.database.read, call.project, call.params.reader!)
      return await list(call, reader.id)
    },
  }),
  operation({
    method: 'DELETE',
    path: '/projects/:project/sessions/:sid',
    id: 'endSession',
    tag: 'Readers',
    summary: 'End one session, and what came of it',
    scope: 'readers:write',
    status: 204,
    answer: nothing,
    async handle({ deps, principal, project, params }) {
      await endSessionBySid(deps, principal.actor, project, params.sid!)
      return null
    },
  }),
]

async function list({ deps, project, query: asked }: Call<Static<typeof query>, unknown>, readerId?: string) {
  const page = readPage(asked, sessionKey)
  const sessions = await listSessions(deps.database.read, {
    projectId: project.id,
    ...(readerId !== undefined && { readerId }),
    ...(page.after !== undefined && { before: Buffer.from(page.after, 'base64url') }),
    all: asked.all === true,
    now: deps.clock.now(),
    limit: page.limit + 1,
  })
  return pageOf(sessions, page, session => sidOf(session.key), showSession)
}

function showSession(session: ListedSession): Static<typeof Session> {
  const { key, centralKey, projectId: _, authTime: __, createdAt, expiresAt, endedAt, ...rest } = session
  return {
    sid: sidOf(key),
    centralSid: centralKey && sidOf(centralKey),
    ...rest,
    createdAt: seconds(createdAt),
    expiresAt: seconds(expiresAt),
    endedAt: seconds(endedAt),
  }
}
