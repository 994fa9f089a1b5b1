import Type, { type Static } from 'typebox'
import { stateOfNotice } from '../sessions/logout-notice.ts'
import { type ListedNotice, listNotices } from '../sessions/notice-store.ts'
import { retryNotice } from '../sessions/retry-notice.ts'
import { choice, id, listOf, listQuery, moment, nullable, seconds, strict, traceId } from './fields.ts'
import { operation } from './operation.ts'
import { pageOf, readPage, uuidKey } from './page-of.ts'

const state = choice(['pending', 'delivered', 'given_up'], 'Whether the site has taken it.')

const Notice = strict(
  {
    id: id('For trying it again.'),
    state,
    clientId: id('Whose site is told.', 'site_01997c1e5a407cc29b0e5d1b4c1c7a11'),
    clientName: Type.String({ examples: ['Support portal'] }),
    reader: nullable(Type.String(), {
      description: 'External ID; null where the reader is gone.',
      examples: ['ada@example.com'],
    }),
    sid: nullable(Type.String(), { description: 'The session that ended.', examples: ['AZl8HlpAf...'] }),
    traceId,
    tries: Type.Integer({ description: 'How often the site was asked.', examples: [2] }),
    lastProblem: nullable(Type.String(), { description: 'Why the last try failed.', examples: [null] }),
    createdAt: moment('When the session ended'),
    dueAt: nullable(moment('When it is tried next; null: never again')),
    deliveredAt: nullable(moment('When the site took it')),
  },
  { $id: 'Notice' },
)

export const noticeOperations = [
  operation({
    method: 'GET',
    path: '/projects/:project/notices',
    id: 'listNotices',
    tag: 'Notices',
    summary: 'List the logout notices of a project',
    description: 'The newest first.',
    scope: 'sign-ins:read',
    query: listQuery({
      pending: Type.Optional(
        Type.Boolean({ default: false, description: 'Only those to be delivered still.', examples: [true] }),
      ),
    }),
    status: 200,
    answer: listOf(Notice),
    async handle({ deps, project, query }) {
      const page = readPage(query, uuidKey)
      const notices = await listNotices(deps.database.read, {
        projectId: project.id,
        pending: query.pending === true,
        before: page.after,
        limit: page.limit + 1,
      })
      return pageOf(notices, page, notice => notice.id, showNotice)
    },
  }),
  operation({
    method: 'POST',
    path: '/projects/:project/notices/:notice/retry',
    id: 'retryNotice',
    tag: 'Notices',
    summary: 'Try a notice again at once',
    description: 'Also one that was given up. The answer does not wait for the site.',
    scope: 'projects:write',
    status: 202,
    answer: strict({ id: id('Of the notice.'), state, dueAt: nullable(moment('When it is tried')) }),
    async handle({ deps, principal, project, params }) {
      const notice = await retryNotice(deps, principal.actor, params.notice!, project.id)
      return { id: notice.id, state: stateOfNotice(notice), dueAt: seconds(notice.dueAt) }
    },
  }),
]

function showNotice(notice: ListedNotice): Static<typeof Notice> {
  const { id, state, clientId, client, reader, sid, traceId, tries, lastProblem } = notice
  const { createdAt, dueAt, deliveredAt } = notice
  return {
    ...{ id, state, clientId, clientName: client.name, reader, sid, traceId, tries, lastProblem },
    createdAt: seconds(createdAt),
    dueAt: seconds(dueAt),
    deliveredAt: seconds(deliveredAt),
  }
}
