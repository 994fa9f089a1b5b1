import Type from 'typebox'
import { findAttention } from '../attention/find-attention.ts'
import { countSignIns } from '../audit/count-sign-ins.ts'
import { AppError } from '../errors.ts'
import { chosenProjects, projectFilter } from './chosen-projects.ts'
import { choice, moment, nullable, seconds, strict, traceId } from './fields.ts'
import { operation } from './operation.ts'

const DAY = 86_400
const LONGEST = 400 * DAY

const tally = {
  passed: Type.Integer({ description: 'Sign-ins that opened a session.', examples: [41] }),
  failed: Type.Integer({ description: 'Sign-ins that were refused.', examples: [2] }),
}
const by = choice(['hour', 'day'], 'How wide a column is; days are those of UTC.')

export const overviewOperations = [
  operation({
    method: 'GET',
    path: '/sign-in-counts',
    id: 'countSignIns',
    tag: 'Sign-ins',
    summary: 'How many sign-ins passed and failed',
    description: 'By hour or day, for a chart. Without a range: the last 24 hours.',
    scope: 'sign-ins:read',
    query: strict({
      project: projectFilter,
      from: Type.Optional(moment('The first moment')),
      to: Type.Optional(moment('The moment after the last')),
      by: Type.Optional(by),
    }),
    status: 200,
    answer: strict({
      by,
      columns: Type.Array(strict({ at: moment('When it begins'), ...tally }), {
        description: 'One for each hour or day, the oldest first, those without sign-ins too.',
      }),
      total: strict(tally),
      complete: Type.Boolean({
        description: 'False: older hours are still to be counted, and show as less than they were.',
        examples: [true],
      }),
    }),
    async handle(call) {
      const { deps, query } = call
      const now = deps.clock.now()
      const to = query.to ?? Math.floor(now / 1000) + 1
      const from = query.from ?? to - DAY
      if (from >= to || to - from > LONGEST) {
        throw new AppError('invalid_request', 'Fields of the request are missing or wrong.', {
          fields: [{ field: 'from', problem: 'must be before `to`, by at most 400 days' }],
        })
      }
      const projects = chosenProjects(call, query.project, 'sign-ins:read')
      const range = { from: from * 1000, to: to * 1000, by: query.by }
      const counts = await countSignIns(deps.database.read, { projects, ...range, now })
      const { columns, total, complete } = counts
      return {
        by: counts.by,
        columns: columns.map(({ at, passed, failed }) => ({ at: seconds(at), passed, failed })),
        total,
        complete,
      }
    },
  }),
  operation({
    method: 'GET',
    path: '/attention',
    id: 'listAttention',
    tag: 'Sign-ins',
    summary: 'What needs an administrator',
    description:
      'Found by looking at what is stored now; what was mended is gone at the next look. The most urgent first.',
    scope: 'sign-ins:read',
    query: strict({ project: projectFilter }),
    status: 200,
    answer: strict({
      items: Type.Array(
        strict(
          {
            kind: Type.String({ description: 'What it is, as one word.', examples: ['secret_superseded'] }),
            severity: choice(
              ['error', 'warning', 'notice'],
              '`error`: readers are turned away, or stay in who should be out; `warning`: they will be.',
            ),
            sentence: Type.String({
              description: 'What is the matter.',
              examples: ['A login endpoint still uses an old secret.'],
            }),
            detail: Type.String({ description: 'What to do about it.', examples: ['Give it the new one.'] }),
            since: nullable(moment('Since when; null: nobody knows')),
            project: nullable(
              Type.String({ description: 'Slug; null: the installation.', examples: ['acme'] }),
            ),
            traceId: nullable(traceId),
          },
          { $id: 'Attention' },
        ),
      ),
    }),
    async handle(call) {
      const projects = chosenProjects(call, call.query.project, 'sign-ins:read')
      const found = await findAttention(call.deps, { projects })
      const slugOf = (id: string) => call.deps.registry.projectById(id)?.slug ?? null
      const items = found.map(({ projectId, since, ...rest }) => ({
        ...rest,
        since: seconds(since),
        project: projectId === null ? null : slugOf(projectId),
      }))
      return { items }
    },
  }),
]
