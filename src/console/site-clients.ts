import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ClientAuthMethod, SigningAlgorithm } from '../db/tables.ts'
import { ownClient } from '../projects/own-client.ts'
import type { Project } from '../projects/project.ts'
import { listClientsOf } from '../projects/project-store.ts'
import { readJwks } from '../projects/read-jwks.ts'
import type { RegisteredClient } from '../projects/registry.ts'
import {
  type ClientSettings,
  checkClient,
  createSiteClient,
  deleteSiteClient,
  updateSiteClient,
} from '../projects/site-clients.ts'
import { listUndelivered } from '../sessions/notice-store.ts'
import { retryNotice } from '../sessions/retry-notice.ts'
import { requireTyped } from './confirm.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { newClientPage } from './pages/new-client-page.ts'
import { siteClientPage } from './pages/site-client-page.ts'
import { noClient, type RefusedForm, secretRoutes } from './secrets.ts'
import { goTo, sendPage } from './send-page.ts'
import { showOnce, takeShown } from './show-once.ts'
import { checkTogether, type Form, lines, optional, type Refused, submit, text, versionOf } from './submit.ts'
import { visitOf } from './visit.ts'
import { withoutPrivateKeys } from './without-private-keys.ts'

const PATH = '/console/projects/:slug/sites/clients'
const SHOWN_NOTICES = 20

/** OpenID Connect clients of a project: made, changed, deleted, and what they were not told. */
export async function siteClientRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const clientOf = (request: FastifyRequest, project: Project): RegisteredClient => {
    const { client: id } = request.params as { client: string }
    const client = core.registry.client(id)
    if (client?.project.id !== project.id || client.kind !== 'site') throw noClient(id)
    return client
  }

  const show = async (request: FastifyRequest, reply: FastifyReply, refused?: RefusedForm) => {
    await core.registry.refresh()
    const project = projectOf(core, request, 'projects:read')
    const { id } = clientOf(request, project)
    const clients = await listClientsOf(core.database.read, project.id)
    const client = clients.find(each => each.id === id)
    if (!client) throw noClient(id)
    const filter = { projectId: project.id, clientId: client.id, limit: SHOWN_NOTICES }
    const view = {
      project,
      client,
      isOwn: ownClient(clients, 'site')?.id === client.id,
      issuer: core.issuer,
      notices: await listUndelivered(core.database.read, filter),
      shown: takeShown(core, request, reply),
      refused,
    }
    return sendPage(reply, siteClientPage(frameOf(core, request, project), view))
  }

  const showNew = async (request: FastifyRequest, reply: FastifyReply, refused?: Refused) => {
    const project = projectOf(core, request, 'projects:write')
    return sendPage(reply, newClientPage(frameOf(core, request, project), { project, refused }))
  }

  app.get(`${PATH}/new`, async (request, reply) => showNew(request, reply))

  app.post<{ Body: Form }>(`${PATH}/new`, async (request, reply) => {
    const { slug } = projectOf(core, request, 'projects:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const made = await createSiteClient(core, visitOf(request).principal.actor, slug, readClient(form))
        const path = pathOf(slug, made.clientId)
        if (made.clientSecret !== null) {
          const hint =
            'Enter it into your product now: it is not shown again. If it is lost, regenerate it below.'
          showOnce(core, request, reply, path, { label: 'Client secret', value: made.clientSecret, hint })
        }
        return goTo(reply, path, 'client-made')
      },
      refused => showNew(request, reply, withoutPrivateKeys(refused)),
    )
  })

  app.get(`${PATH}/:client`, async (request, reply) => show(request, reply))

  app.post<{ Body: Form }>(`${PATH}/:client`, async (request, reply) => {
    const project = projectOf(core, request, 'projects:write')
    const { id } = clientOf(request, project)
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const { actor } = visitOf(request).principal
        await updateSiteClient(core, actor, project.slug, id, readClient(form), versionOf(form))
        return goTo(reply, pathOf(project.slug, id), 'client-saved')
      },
      refused => show(request, reply, { ...withoutPrivateKeys(refused), form: 'client' }),
    )
  })

  app.post<{ Body: Form }>(`${PATH}/:client/delete`, async (request, reply) => {
    const project = projectOf(core, request, 'projects:write')
    const client = clientOf(request, project)
    return await submit(
      reply,
      request.body,
      async () => {
        requireTyped(request.body, project.slug, 'the slug of the project')
        const { actor } = visitOf(request).principal
        await deleteSiteClient(core, actor, project.slug, client.id, versionOf(request.body))
        return goTo(reply, `/console/projects/${project.slug}/sites`, 'client-deleted')
      },
      refused => show(request, reply, { ...refused, form: 'delete' }),
    )
  })

  app.post<{ Body: Form }>(`${PATH}/:client/notices/retry`, async (request, reply) => {
    const project = projectOf(core, request, 'projects:write')
    const { id } = clientOf(request, project)
    return await submit(
      reply,
      request.body,
      async () => {
        await retryNotice(core, visitOf(request).principal.actor, text(request.body, 'notice'), project.id)
        return goTo(reply, pathOf(project.slug, id), 'notice-retried')
      },
      refused => show(request, reply, { ...refused, form: 'notices' }),
    )
  })

  secretRoutes(app, core, {
    route: `${PATH}/:client`,
    show,
    clientOf,
    pathOf: ({ slug }, { id }) => pathOf(slug, id),
  })
}

function pathOf(slug: string, clientId: string): string {
  return `/console/projects/${slug}/sites/clients/${clientId}`
}

/** @throws AppError `invalid_request` with a problem per field, those of pasted keys among them. */
function readClient(form: Form): ClientSettings {
  const settings = {
    name: text(form, 'name').normalize('NFC').trim(),
    authMethod: text(form, 'authMethod') as ClientAuthMethod,
    redirectUris: lines(form, 'redirectUris'),
    postLogoutRedirectUris: lines(form, 'postLogoutRedirectUris'),
    backchannelLogoutUri: optional(form, 'backchannelLogoutUri'),
    idTokenAlgorithm: optional(form, 'idTokenAlgorithm') as SigningAlgorithm | null,
  }
  let jwks: ClientSettings['jwks']
  checkTogether(
    () => {
      jwks = readJwks(text(form, 'jwks'))
    },
    () => checkClient({ ...settings, ...(jwks !== undefined && { jwks }) }),
  )
  return { ...settings, jwks: jwks ?? null }
}
