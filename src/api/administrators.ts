import Type from 'typebox'
import { listAdministrators, requireAdministrator } from '../administrators/administrator-store.ts'
import { renewLink } from '../administrators/hand-out-link.ts'
import {
  deleteAdministrator,
  endSessionsOfAdministrator,
  inviteAdministrator,
  resetTotp,
  updateAdministrator,
} from '../administrators/manage-administrators.ts'
import { requireRightsOf } from '../administrators/principal.ts'
import {
  AdministratorShape,
  administratorFields,
  idsOf,
  LinkShape,
  showAdministrator,
  showLink,
} from './administrator-fields.ts'
import { listOf, listQuery, nothing, strict } from './fields.ts'
import { type Call, operation } from './operation.ts'
import { pageOfAll, readPage, uuidKey } from './page-of.ts'

const { projects, ...needed } = administratorFields
const about = { tag: 'Administrators', allProjects: true } as const

export const administratorOperations = [
  operation({
    ...about,
    method: 'GET',
    path: '/administrators',
    id: 'listAdministrators',
    summary: 'List the administrators',
    scope: 'administrators:read',
    query: listQuery({}),
    status: 200,
    answer: listOf(AdministratorShape),
    async handle({ deps, query }) {
      const all = (await listAdministrators(deps.database.read)).sort((a, b) => (a.id < b.id ? -1 : 1))
      const page = readPage(query, uuidKey)
      return pageOfAll(
        all,
        page,
        each => each.id,
        each => showAdministrator(deps.registry, each),
      )
    },
  }),
  operation({
    ...about,
    method: 'POST',
    path: '/administrators',
    id: 'inviteAdministrator',
    summary: 'Invite an administrator',
    description:
      'The answer has a one-time link; whoever opens it sets the password. Nothing is sent by e-mail.',
    scope: 'administrators:write',
    creates: true,
    body: strict({ ...needed, projects: Type.Optional(projects) }),
    status: 201,
    answer: strict({ administrator: AdministratorShape, link: LinkShape }),
    async handle({ deps, principal, body: { projects = null, ...body } }) {
      const wanted = { ...body, projectIds: idsOf(deps.registry, projects) }
      requireRightsOf(principal, wanted)
      const { administrator, link } = await inviteAdministrator(deps, principal.actor, wanted)
      return { administrator: showAdministrator(deps.registry, administrator), link: showLink(deps, link) }
    },
  }),
  operation({
    ...about,
    method: 'GET',
    path: '/administrators/:administrator',
    id: 'getAdministrator',
    summary: 'Read an administrator',
    scope: 'administrators:read',
    status: 200,
    answer: AdministratorShape,
    handle: async ({ deps, params }) =>
      showAdministrator(deps.registry, await requireAdministrator(deps.database.read, params.administrator!)),
  }),
  operation({
    ...about,
    method: 'PATCH',
    path: '/administrators/:administrator',
    id: 'updateAdministrator',
    summary: 'Change an administrator',
    description:
      'What is not named stays. Who is disabled is signed out at once. An owner who can sign in must be left.',
    scope: 'administrators:write',
    versioned: true,
    body: strict(
      {
        ...Type.Partial(Type.Object(administratorFields)).properties,
        disabled: Type.Optional(Type.Boolean({ description: 'They cannot sign in.', examples: [false] })),
      },
      { minProperties: 1 },
    ),
    status: 200,
    answer: AdministratorShape,
    async handle(call) {
      const { deps, principal, expectedVersion } = call
      const { projects, ...body } = call.body
      const before = await theirs(call)
      const changes = {
        ...body,
        ...(projects !== undefined && { projectIds: idsOf(deps.registry, projects) }),
      }
      requireRightsOf(principal, { ...before, ...changes })
      const after = await updateAdministrator(deps, principal.actor, before.id, changes, expectedVersion)
      return showAdministrator(deps.registry, after)
    },
  }),
  operation({
    ...about,
    method: 'DELETE',
    path: '/administrators/:administrator',
    id: 'deleteAdministrator',
    summary: 'Delete an administrator',
    scope: 'administrators:write',
    versioned: true,
    status: 204,
    answer: nothing,
    async handle(call) {
      const { id } = await theirs(call)
      await deleteAdministrator(call.deps, call.principal.actor, id, call.expectedVersion)
      return null
    },
  }),
  operation({
    ...about,
    method: 'POST',
    path: '/administrators/:administrator/link',
    id: 'renewAdministratorLink',
    summary: 'Make a new one-time link',
    description: 'For an invitation that was lost, or a forgotten password. Older links are void.',
    scope: 'administrators:write',
    creates: true,
    status: 201,
    answer: LinkShape,
    async handle(call) {
      const { id } = await theirs(call)
      return showLink(call.deps, await renewLink(call.deps, call.principal.actor, id))
    },
  }),
  operation({
    ...about,
    method: 'POST',
    path: '/administrators/:administrator/end-sessions',
    id: 'endAdministratorSessions',
    summary: 'Sign an administrator out everywhere',
    scope: 'administrators:write',
    status: 200,
    answer: strict({ ended: Type.Integer({ description: 'How many sessions.', examples: [2] }) }),
    async handle(call) {
      const { id } = await theirs(call)
      const ended = await endSessionsOfAdministrator(call.deps, call.principal.actor, id, { key: null })
      return { ended }
    },
  }),
  operation({
    ...about,
    method: 'POST',
    path: '/administrators/:administrator/reset-totp',
    id: 'resetAdministratorTotp',
    summary: 'Take the second factor away',
    description: 'For whoever lost their phone: the password alone signs in again.',
    scope: 'administrators:write',
    status: 204,
    answer: nothing,
    async handle(call) {
      const { id } = await theirs(call)
      await resetTotp(call.deps, call.principal.actor, id)
      return null
    },
  }),
]

/** The administrator of the address, whom this key may look after. */
async function theirs({ deps, principal, params }: Call<unknown, unknown>) {
  const administrator = await requireAdministrator(deps.database.read, params.administrator!)
  requireRightsOf(principal, administrator)
  return administrator
}
