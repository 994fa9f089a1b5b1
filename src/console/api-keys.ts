import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createApiKey, listApiKeys, revokeApiKey } from '../administrators/api-keys.ts'
import { requireAllProjects, scopes } from '../administrators/principal.ts'
import { AppError } from '../errors.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { apiKeysPage } from './pages/api-keys-page.ts'
import { lives, newApiKeyPage, scopeField } from './pages/new-api-key-page.ts'
import { chosenProjects } from './projects-field.ts'
import { goTo, sendPage } from './send-page.ts'
import { showOnce, takeShown } from './show-once.ts'
import { type Form, type Refused, submit, text } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/api-keys'
const DAY = 86_400_000

/** Keys of the admin API. */
export async function apiKeyRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get(PATH, async (request, reply) => {
    requireAllProjects(visitOf(request).principal, 'administrators:read')
    const view = {
      keys: await listApiKeys(core.database.read),
      allProjects: core.registry.projects(),
      shown: takeShown(core, request, reply),
    }
    return sendPage(reply, apiKeysPage(frameOf(core, request), view))
  })

  const showNew = (request: FastifyRequest, reply: FastifyReply, refused?: Refused) =>
    sendPage(reply, newApiKeyPage(frameOf(core, request), { refused }))

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
        const projectIds = chosenProjects(form, core.registry.projects())
        if (projectIds?.length === 0) throw noProject()
        const input = {
          name: text(form, 'name'),
          scopes: scopes.filter(scope => form[scopeField(scope)] === 'on'),
          projectIds,
          life: lifeOf(form),
        }
        const { apiKey, secret } = await createApiKey(core, principal, input)
        showOnce(core, request, reply, PATH, {
          label: `API key ${apiKey.name}`,
          value: secret,
          hint: 'Put it where the program that needs it keeps its secrets, and nowhere else. It goes into the header Authorization, as Bearer. If it is lost, make another and revoke this one.',
        })
        return goTo(reply, PATH, 'api-key-made')
      },
      refused => showNew(request, reply, refused),
    )
  })

  app.post<{ Body: Form; Params: { id: string } }>(`${PATH}/:id/revoke`, async (request, reply) => {
    const { principal } = visitOf(request)
    requireAllProjects(principal, 'administrators:write')
    await revokeApiKey(core, principal.actor, request.params.id)
    return goTo(reply, PATH, 'api-key-revoked')
  })
}

/** Milliseconds; null: until it is revoked. */
function lifeOf(form: Form): number | null {
  const days = lives.find(([value]) => value === form.life)?.[0]
  if (days === undefined) {
    throw new AppError('invalid_request', 'Say when the key ends.', {
      fields: [{ field: 'life', problem: 'must be one of those listed' }],
    })
  }
  return days === 'never' ? null : Number(days) * DAY
}

function noProject(): AppError {
  return new AppError('invalid_request', 'The key would be good for no project.', {
    fields: [{ field: 'projects', problem: 'must be all, or at least one must be ticked' }],
  })
}
