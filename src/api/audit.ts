import Type from 'typebox'
import { type AuditFilter, findAuditEntries } from '../audit/find-audit-entries.ts'
import { chosenProjects, projectFilter } from './chosen-projects.ts'
import { id, listOf, listQuery, moment, nullable, seconds, strict } from './fields.ts'
import { operation } from './operation.ts'
import { namingCursor } from './page-of.ts'

const Entry = strict(
  {
    id: id('In order of time.'),
    at: moment('When'),
    actor: Type.String({ description: 'Who.', examples: ['api-key:deploy'] }),
    origin: Type.String({ description: 'From where.', examples: ['203.0.113.7'] }),
    project: nullable(
      Type.String({
        description: 'Slug; null: the installation, or a project that is gone.',
        examples: ['acme'],
      }),
    ),
    action: Type.String({ description: 'What.', examples: ['secret.rotate'] }),
    target: Type.String({ description: 'What was changed; never a secret.', examples: ['acme'] }),
    detail: Type.Object({}, { description: 'How.', examples: [{ graceSeconds: 86400 }] }),
  },
  { $id: 'AuditEntry' },
)

export const auditOperations = [
  operation({
    method: 'GET',
    path: '/audit',
    id: 'listAudit',
    tag: 'Audit',
    summary: 'Search the audit log',
    description: 'The newest first. A key for some projects sees what concerns them.',
    scope: 'audit:read',
    query: listQuery({
      project: projectFilter,
      actor: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 320,
          description: 'Begins with this, capital letters or not.',
          examples: ['admin:'],
        }),
      ),
      action: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 64,
          description: 'An action, or the noun before its dot.',
          examples: ['secret'],
        }),
      ),
      from: Type.Optional(moment('Then or later')),
      to: Type.Optional(moment('Before')),
    }),
    status: 200,
    answer: listOf(Entry),
    async handle(call) {
      const { project, actor, action, from, to, cursor, limit } = call.query
      const filter: AuditFilter = {
        projects: chosenProjects(call, project, 'audit:read'),
        ...(actor !== undefined && { actor }),
        ...(action !== undefined && { action }),
        ...(from !== undefined && { from: from * 1000 }),
        ...(to !== undefined && { to: to * 1000 }),
      }
      const { deps } = call
      const page = { before: cursor, limit: limit ?? 50 }
      const found = await namingCursor(findAuditEntries(deps.database.read, filter, page))
      const items = found.entries.map(({ at, actor, projectId, detail, ...rest }) => ({
        ...rest,
        at: seconds(at),
        actor: actor.name,
        origin: actor.origin,
        project: projectId === null ? null : (deps.registry.projectById(projectId)?.slug ?? null),
        detail: { ...detail },
      }))
      return { items, next: found.next }
    },
  }),
]
