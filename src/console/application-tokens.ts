import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createApplicationToken } from '../projects/application-tokens.ts'
import { ownClient } from '../projects/own-client.ts'
import { listClientsOf } from '../projects/project-store.ts'
import { revokeSecret } from '../projects/rotate-secret.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { applicationTokensPage, NO_END } from './pages/application-tokens-page.ts'
import { chosen, lives } from './secret-choices.ts'
import { goTo, sendPage } from './send-page.ts'
import { showOnce, takeShown } from './show-once.ts'
import { type Form, type Refused, submit, text } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/projects/:slug/application-tokens'

/** What programs ask for login tokens with. */
export async function applicationTokenRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const show = async (request: FastifyRequest, reply: FastifyReply, refused?: Refused) => {
    await core.registry.refresh()
    const project = projectOf(core, request, 'projects:read')
    const client = ownClient(await listClientsOf(core.database.read, project.id), 'application')
    const shown = takeShown(core, request, reply)
    const view = { project, client, path: pathOf(project.slug), issuer: core.issuer, shown, refused }
    return sendPage(reply, applicationTokensPage(frameOf(core, request, project), view))
  }

  app.get(PATH, async (request, reply) => show(request, reply))

  app.post<{ Body: Form }>(PATH, async (request, reply) => {
    const { slug } = projectOf(core, request, 'secrets:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const life = form.life === NO_END ? null : chosen(form, 'life', lives)
        const label = text(form, 'label')
        const { actor } = visitOf(request).principal
        const { token } = await createApplicationToken(core, actor, { slug, label, life })
        showOnce(core, request, reply, pathOf(slug), {
          label: `Application token for ${label.trim()}`,
          value: token,
          hint: 'Put it where your program keeps its secrets, never into a page. It goes into the header Authorization. It is not shown again; if it is lost, make another and revoke this one.',
        })
        return goTo(reply, pathOf(slug), 'application-token-made')
      },
      refused => show(request, reply, refused),
    )
  })

  app.post<{ Body: Form }>(`${PATH}/secrets/revoke`, async (request, reply) => {
    const { id, slug } = projectOf(core, request, 'secrets:write')
    const clientId = ownClient(core.registry.clientsOf(id), 'application')?.id ?? 'none'
    const input = { slug, secretId: text(request.body, 'secret'), clientId }
    await revokeSecret(core, visitOf(request).principal.actor, input)
    return goTo(reply, pathOf(slug), 'application-token-revoked')
  })
}

function pathOf(slug: string): string {
  return `/console/projects/${slug}/application-tokens`
}
