import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { openLinks } from '../administrators/administrator-links.ts'
import { lastSeenOfAdministrators } from '../administrators/administrator-sessions.ts'
import { listAdministrators } from '../administrators/administrator-store.ts'
import { inviteAdministrator } from '../administrators/manage-administrators.ts'
import { requireAllProjects } from '../administrators/principal.ts'
import { readAdministrator } from './administrator-form.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { administratorsPage } from './pages/administrators-page.ts'
import { newAdministratorPage } from './pages/new-administrator-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { showLink } from './show-link.ts'
import { type Form, type Refused, submit } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/administrators'

/** Everybody who may sign in to the console, and inviting more. */
export async function administratorsRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get(PATH, async (request, reply) => {
    requireAllProjects(visitOf(request).principal, 'administrators:read')
    const { read } = core.database
    const view = {
      administrators: await listAdministrators(read),
      lastSeen: await lastSeenOfAdministrators(read),
      links: await openLinks(read, core.clock.now()),
      allProjects: core.registry.projects(),
    }
    return sendPage(reply, administratorsPage(frameOf(core, request), view))
  })

  const showNew = (request: FastifyRequest, reply: FastifyReply, refused?: Refused) =>
    sendPage(reply, newAdministratorPage(frameOf(core, request), { refused }))

  app.get(`${PATH}/new`, async (request, reply) => {
    requireAllProjects(visitOf(request).principal, 'administrators:write')
    return showNew(request, reply)
  })

  app.post<{ Body: Form }>(`${PATH}/new`, async (request, reply) => {
    const { principal } = visitOf(request)
    requireAllProjects(principal, 'administrators:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const input = readAdministrator(form, core.registry.projects())
        const { administrator, link } = await inviteAdministrator(core, principal.actor, input)
        const path = `${PATH}/${administrator.id}`
        showLink(core, request, reply, path, administrator, link)
        return goTo(reply, path, 'invited')
      },
      refused => showNew(request, reply, refused),
    )
  })
}
