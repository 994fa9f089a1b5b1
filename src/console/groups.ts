import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createGroup, deleteGroup, renameGroup } from '../projects/reader-groups.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { groupsPage } from './pages/groups-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { type Form, type Refused, submit, text, versionOf } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/projects/:slug/groups'

/** Reader groups of a project. */
export async function groupRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    refused?: Refused & { groupSlug?: string },
  ) => {
    await core.registry.refresh()
    const project = projectOf(core, request, 'projects:read')
    return sendPage(reply, groupsPage(frameOf(core, request, project), { project, refused }))
  }

  app.get(PATH, async (request, reply) => show(request, reply))

  app.post<{ Body: Form }>(PATH, async (request, reply) => {
    const { slug } = projectOf(core, request, 'projects:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const input = { slug, groupSlug: text(form, 'slug').trim(), name: text(form, 'name') }
        await createGroup(core, visitOf(request).principal.actor, input)
        return goTo(reply, `/console/projects/${slug}/groups`, 'group-made')
      },
      refused => show(request, reply, refused),
    )
  })

  app.post<{ Body: Form; Params: { group: string } }>(`${PATH}/:group`, async (request, reply) => {
    const { slug } = projectOf(core, request, 'projects:write')
    const form = request.body
    const input = { slug, groupSlug: request.params.group, expectedVersion: versionOf(form) }
    const { actor } = visitOf(request).principal
    return await submit(
      reply,
      form,
      async () => {
        if (form.what === 'delete') await deleteGroup(core, actor, input)
        else await renameGroup(core, actor, { ...input, name: text(form, 'name') })
        return goTo(
          reply,
          `/console/projects/${slug}/groups`,
          form.what === 'delete' ? 'group-deleted' : 'saved',
        )
      },
      refused => show(request, reply, { ...refused, groupSlug: request.params.group }),
    )
  })
}
