import Type from 'typebox'
import { maySee, refuseFolder } from '../administrators/principal.ts'
import { AppError } from '../errors.ts'
import { createProject } from '../projects/create-project.ts'
import { deleteProject, updateProject } from '../projects/update-project.ts'
import { listOf, listQuery, nothing, strict } from './fields.ts'
import { type ApiDeps, operation } from './operation.ts'
import { pageOfAll, readPage, slugKey } from './page-of.ts'
import { NewProject, ProjectChanges, ProjectShape, showProject } from './project-fields.ts'

const secret = (whose: string) =>
  Type.String({ description: `${whose} Shown this once.`, examples: ['gps_...'] })

export const projectOperations = [
  operation({
    method: 'GET',
    path: '/projects',
    id: 'listProjects',
    tag: 'Projects',
    summary: 'List the projects that this key may see',
    scope: 'projects:read',
    query: listQuery({}),
    status: 200,
    answer: listOf(ProjectShape),
    async handle({ deps, principal, query }) {
      const mine = deps.registry.projects().filter(project => maySee(principal, project.id))
      return pageOfAll(
        mine,
        readPage(query, slugKey),
        project => project.slug,
        project => showProject(deps, project),
      )
    },
  }),
  operation({
    method: 'POST',
    path: '/projects',
    id: 'createProject',
    tag: 'Projects',
    summary: 'Make a project',
    description:
      'With it come a login client and a site client, each with a first secret. The secrets are in this answer and nowhere else.',
    scope: 'projects:write',
    allProjects: true,
    creates: true,
    body: NewProject,
    status: 201,
    answer: strict({
      project: ProjectShape,
      loginClientSecret: secret('For the login endpoint.'),
      siteClientSecret: secret('For a knowledge base that runs elsewhere.'),
    }),
    async handle({ deps, principal, body }) {
      refuseFolder(principal, body)
      const created = await createProject(deps, principal.actor, body)
      return {
        project: showProject(deps, await readProject(deps, created.id)),
        loginClientSecret: created.clientSecret,
        siteClientSecret: created.siteClientSecret,
      }
    },
  }),
  operation({
    method: 'GET',
    path: '/projects/:project',
    id: 'getProject',
    tag: 'Projects',
    summary: 'Read a project',
    scope: 'projects:read',
    status: 200,
    answer: ProjectShape,
    handle: async ({ deps, project }) => showProject(deps, project),
  }),
  operation({
    method: 'PATCH',
    path: '/projects/:project',
    id: 'updateProject',
    tag: 'Projects',
    summary: 'Change settings of a project',
    description: 'What is not named stays. Lists are replaced as a whole.',
    scope: 'projects:write',
    versioned: true,
    body: ProjectChanges,
    status: 200,
    answer: ProjectShape,
    async handle({ deps, principal, project, body, expectedVersion }) {
      refuseFolder(principal, body)
      await updateProject(deps, principal.actor, project.slug, body, expectedVersion)
      return showProject(deps, await readProject(deps, project.id))
    },
  }),
  operation({
    method: 'DELETE',
    path: '/projects/:project',
    id: 'deleteProject',
    tag: 'Projects',
    summary: 'Delete a project',
    description:
      'Its credentials, codes and sessions stop working at once; its readers are removed afterwards.',
    scope: 'projects:write',
    versioned: true,
    status: 204,
    answer: nothing,
    async handle({ deps, principal, project, expectedVersion }) {
      await deleteProject(deps, principal.actor, project.slug, expectedVersion)
      return null
    },
  }),
]

/** A project as it is after a change. */
export async function readProject(deps: ApiDeps, id: string) {
  await deps.registry.refresh()
  const project = deps.registry.projectById(id)
  // Somebody else deleted it between the change and this moment.
  if (!project) throw new AppError('not_found', 'The project was deleted meanwhile.')
  return project
}
