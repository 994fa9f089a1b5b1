import Type from 'typebox'
import { AppError } from '../errors.ts'
import type { Project, ReaderGroup } from '../projects/project.ts'
import { createGroup, deleteGroup, renameGroup } from '../projects/reader-groups.ts'
import { id, listOf, listQuery, nothing, strict, text, version } from './fields.ts'
import { operation } from './operation.ts'
import { pageOfAll, readPage, slugKey } from './page-of.ts'

const slug = Type.String({
  maxLength: 63,
  description: 'What login endpoints send and rules name: lower-case letters, digits, inner hyphens.',
  examples: ['staff'],
})
const name = text(100, 'What people call it.', 'Staff')

const Group = strict({ id: id('May be sent as well as the slug.'), slug, name, version }, { $id: 'Group' })

export const groupOperations = [
  operation({
    method: 'GET',
    path: '/projects/:project/groups',
    id: 'listGroups',
    tag: 'Groups',
    summary: 'List the reader groups of a project',
    scope: 'projects:read',
    query: listQuery({}),
    status: 200,
    answer: listOf(Group),
    handle: async ({ project, query }) =>
      pageOfAll(
        project.groups,
        readPage(query, slugKey),
        group => group.slug,
        group => group,
      ),
  }),
  operation({
    method: 'POST',
    path: '/projects/:project/groups',
    id: 'createGroup',
    tag: 'Groups',
    summary: 'Make a reader group',
    scope: 'projects:write',
    creates: true,
    body: strict({ slug, name }),
    status: 201,
    answer: Group,
    handle: async ({ deps, principal, project, body }) =>
      createGroup(deps, principal.actor, { slug: project.slug, groupSlug: body.slug, name: body.name }),
  }),
  operation({
    method: 'GET',
    path: '/projects/:project/groups/:group',
    id: 'getGroup',
    tag: 'Groups',
    summary: 'Read a reader group',
    scope: 'projects:read',
    status: 200,
    answer: Group,
    handle: async ({ project, params }) => requireGroup(project, params.group!),
  }),
  operation({
    method: 'PATCH',
    path: '/projects/:project/groups/:group',
    id: 'updateGroup',
    tag: 'Groups',
    summary: 'Rename a reader group',
    description: 'Its slug stays, because login endpoints send it.',
    scope: 'projects:write',
    versioned: true,
    body: strict({ name }),
    status: 200,
    answer: Group,
    async handle({ deps, principal, project, params, body, expectedVersion }) {
      const { slug: groupSlug } = requireGroup(project, params.group!)
      const wanted = { slug: project.slug, groupSlug, name: body.name, expectedVersion }
      return await renameGroup(deps, principal.actor, wanted)
    },
  }),
  operation({
    method: 'DELETE',
    path: '/projects/:project/groups/:group',
    id: 'deleteGroup',
    tag: 'Groups',
    summary: 'Delete a reader group',
    description: 'Its readers are in it no longer. Refused while a path rule names it.',
    scope: 'projects:write',
    versioned: true,
    status: 204,
    answer: nothing,
    async handle({ deps, principal, project, params, expectedVersion }) {
      const { slug: groupSlug } = requireGroup(project, params.group!)
      await deleteGroup(deps, principal.actor, { slug: project.slug, groupSlug, expectedVersion })
      return null
    },
  }),
]

/** By slug or ID. */
function requireGroup(project: Project, reference: string): ReaderGroup {
  const group = project.groups.find(({ id, slug }) => slug === reference || id === reference)
  if (group) return group
  throw new AppError('not_found', `Project ${project.slug} has no group ${reference}.`)
}
