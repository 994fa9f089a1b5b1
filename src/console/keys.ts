import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { maySee, requireAllProjects, requireScope } from '../administrators/principal.ts'
import type { SigningAlgorithm } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { removeSigningKey } from '../keys/remove-key.ts'
import { rotateSigningKey } from '../keys/rotate-key.ts'
import { surveyKeys } from '../keys/survey-keys.ts'
import { requireTyped } from './confirm.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { confirmationOf, type KeyUse, keysPage } from './pages/keys-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { type Form, type Refused, submit, text } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/keys'

/** Signing keys: what each does, rotation, and the removal of one that was stolen. */
export async function keyRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    refused?: Refused & { readonly kid?: string },
  ) {
    requireScope(visitOf(request).principal, 'keys:read')
    const { issuer, keyRotationDays: rotationDays } = core
    const surveys = await surveyKeys(core.database.read, rotationDays, core.clock.now())
    const uses = usesOf(core, request)
    return sendPage(reply, keysPage(frameOf(core, request), { surveys, uses, rotationDays, issuer, refused }))
  }

  app.get(PATH, async (request, reply) => show(request, reply))

  app.post<{ Body: Form }>(`${PATH}/rotate`, async (request, reply) => {
    const { principal } = visitOf(request)
    requireAllProjects(principal, 'keys:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const atOnce = form.when === 'now'
        const input = { algorithm: algorithmOf(form), atOnce, newest: text(form, 'newest') }
        await rotateSigningKey(core, principal.actor, input, core.clock.now())
        return goTo(reply, PATH, atOnce ? 'key-signs' : 'key-published')
      },
      refused => show(request, reply, refused),
    )
  })

  app.post<{ Body: Form; Params: { kid: string } }>(`${PATH}/:kid/remove`, async (request, reply) => {
    const { principal } = visitOf(request)
    requireAllProjects(principal, 'keys:write')
    const { kid } = request.params
    return await submit(
      reply,
      request.body,
      async () => {
        requireTyped(request.body, confirmationOf(kid))
        await removeSigningKey(core, principal.actor, { kid, secretLost: false }, core.clock.now())
        return goTo(reply, PATH, 'key-removed')
      },
      refused => show(request, reply, { ...refused, kid }),
    )
  })
}

function algorithmOf(form: Form): SigningAlgorithm {
  const { algorithm } = form
  if (algorithm === 'ES256' || algorithm === 'EdDSA' || algorithm === 'RS256') return algorithm
  throw new AppError('invalid_request', 'The form came without its algorithm. Load the page again.')
}

/** Which projects sign with which algorithm, as far as the visitor may know. */
function usesOf(core: ConsoleCore, request: FastifyRequest): KeyUse[] {
  const { principal } = visitOf(request)
  return core.registry.projects().flatMap(project => {
    const algorithms = new Set([
      project.signingAlgorithm,
      ...core.registry.clientsOf(project.id).flatMap(client => client.idTokenAlgorithm ?? []),
    ])
    const shown = maySee(principal, project.id) ? { name: project.name, slug: project.slug } : undefined
    return [...algorithms].map(algorithm => ({ algorithm, project: shown }))
  })
}
