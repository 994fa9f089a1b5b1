import Type, { type Static } from 'typebox'
import { maySee } from '../administrators/principal.ts'
import { applyConfiguration, previewConfiguration } from '../configuration/apply-configuration.ts'
import { type Change, currentConfiguration } from '../configuration/configuration.ts'
import { exportProjects, writeConfiguration } from '../configuration/export-configuration.ts'
import { readConfiguration } from '../configuration/read-configuration.ts'
import { AppError } from '../errors.ts'
import { chosenProjects, projectFilter } from './chosen-projects.ts'
import { choice, nullable, strict } from './fields.ts'
import { operation } from './operation.ts'

const yaml = Type.String({
  description: 'The text of a file, as `gatepass export` writes it. It holds no secrets.',
  examples: ['projects: []\n'],
})
const prune = Type.Optional(
  Type.Boolean({
    default: false,
    description: 'Delete groups and clients that the file does not name, and projects.',
    examples: [false],
  }),
)

const Shape = strict(
  {
    action: choice(['create', 'update', 'delete'], 'What is done.'),
    kind: choice(
      ['project', 'group', 'siteClient', 'client'],
      '`siteClient` is the client that a project is made with, `client` another one.',
    ),
    project: Type.String({ description: 'Slug.', examples: ['acme'] }),
    name: Type.String({ description: 'A project’s or group’s slug, a client’s name.', examples: ['staff'] }),
    id: nullable(Type.String({ description: 'Of what is there already.', examples: [null] })),
    fields: Type.Object(
      {},
      {
        description: 'What changes, from what to what.',
        examples: [{ name: { from: 'Staff', to: 'Crew' } }],
      },
    ),
  },
  { $id: 'Change' },
)

const about = { tag: 'Configuration', scope: 'projects:write', allProjects: true } as const

export const configurationOperations = [
  operation({
    method: 'GET',
    path: '/configuration',
    id: 'exportConfiguration',
    tag: 'Configuration',
    summary: 'Projects, groups and clients as a file',
    description: 'In an order that stays the same, and without secrets.',
    scope: 'projects:read',
    query: strict({ project: projectFilter }),
    status: 200,
    answer: strict({ yaml }),
    async handle(call) {
      const wanted = chosenProjects(call, call.query.project, 'projects:read')
      const current = await currentConfiguration(call.deps.database.read)
      const seen = { ...call.principal, projects: wanted }
      return {
        yaml: writeConfiguration(exportProjects(current.filter(({ project }) => maySee(seen, project.id)))),
      }
    },
  }),
  operation({
    ...about,
    method: 'POST',
    path: '/configuration/plan',
    id: 'planConfiguration',
    summary: 'What applying a file would change',
    description: 'Changes nothing. A wrong file is told every problem with its line.',
    asks: true,
    body: strict({ yaml, prune }),
    status: 200,
    answer: strict({ changes: Type.Array(Shape) }),
    async handle({ deps, body }) {
      const source = readConfiguration(Buffer.from(body.yaml))
      return { changes: (await previewConfiguration(deps, source, body.prune ?? false)).map(show) }
    },
  }),
  operation({
    ...about,
    method: 'POST',
    path: '/configuration/apply',
    id: 'applyConfiguration',
    summary: 'Make projects, groups and clients as a file says',
    description:
      'All of it, or nothing. With `expected`, the `changes` of a plan, nothing is done where the plan would be another one by now. With `prune` it must be sent.',
    creates: true,
    refuses: ['precondition_failed'],
    body: strict({ yaml, prune, expected: Type.Optional(Type.Array(Shape, { maxItems: 10_000 })) }),
    status: 200,
    answer: strict({
      changes: Type.Array(Shape),
      secrets: Type.Array(
        strict({
          project: Type.String({ description: 'Slug.', examples: ['acme'] }),
          kind: choice(['login', 'site'], 'Whose secret.'),
          name: Type.String({
            description: 'Of the client; empty for those that a project is made with.',
            examples: [''],
          }),
          clientId: Type.String({ examples: ['login_01997c1e5a407cc29b0e5d1b4c1c7a10'] }),
          clientSecret: Type.String({ description: 'Shown this once.', examples: ['gps_...'] }),
        }),
        { description: 'Of what was made new.' },
      ),
    }),
    async handle({ deps, principal, body }) {
      const { yaml, prune = false, expected } = body
      if (prune && !expected) throw unseen()
      const applied = await applyConfiguration(deps, principal.actor, readConfiguration(Buffer.from(yaml)), {
        prune,
        ...(expected && { expected: expected as readonly Change[] }),
      })
      return { changes: applied.changes.map(show), secrets: applied.secrets.map(secret => ({ ...secret })) }
    },
  }),
]

/** What pruning deletes has been seen before: in a terminal somebody types it, here it is the changes of a plan. */
function unseen(): AppError {
  const problem = 'is missing: with prune, send the `changes` of a plan that was made with prune'
  return new AppError('invalid_request', 'Nothing is deleted that no plan has shown.', {
    fields: [{ field: 'expected', problem }],
  })
}

function show({ action, kind, project, name, id, fields }: Change): Static<typeof Shape> {
  return { action, kind, project, name, id, fields: { ...fields } }
}
