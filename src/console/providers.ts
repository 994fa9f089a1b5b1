import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ProviderKind } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import type { Finding } from '../projects/login-url/finding.ts'
import { type IdentityProvider, settingsSchemas } from '../upstream/identity-provider.ts'
import { listIdentityProviders } from '../upstream/identity-provider-store.ts'
import {
  createIdentityProvider,
  deleteIdentityProvider,
  requireIdentityProvider,
  updateIdentityProvider,
} from '../upstream/manage-identity-providers.ts'
import { testConnection } from '../upstream/openid/test-connection.ts'
import { fillSettings } from '../upstream/saml/fill-settings.ts'
import { refreshMetadata } from '../upstream/saml/refresh-metadata.ts'
import { requireTyped } from './confirm.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { newProviderPage } from './pages/new-provider-page.ts'
import { providerPage } from './pages/provider-page.ts'
import { providersPage } from './pages/providers-page.ts'
import { readProviderSecret, readProviderSettings } from './read-provider.ts'
import type { RefusedForm } from './secrets.ts'
import { goTo, sendPage } from './send-page.ts'
import { type Form, type Refused, submit, text, versionOf } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/projects/:slug/providers'

/** Identity providers of a project. */
export async function providerRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get(PATH, async (request, reply) => {
    const project = projectOf(core, request, 'projects:read')
    const providers = await listIdentityProviders(core.database.read, project.id)
    return sendPage(reply, providersPage(frameOf(core, request, project), { project, providers }))
  })

  const showNew = (request: FastifyRequest, reply: FastifyReply, kind: ProviderKind, refused?: Refused) => {
    const project = projectOf(core, request, 'projects:write')
    const view = { project, kind, issuer: core.issuer, refused: atFields(refused) }
    return sendPage(reply, newProviderPage(frameOf(core, request, project), view))
  }

  app.get<{ Params: { kind: string } }>(`${PATH}/new/:kind`, async (request, reply) =>
    showNew(request, reply, kindOf(request.params.kind)),
  )

  app.post<{ Body: Form; Params: { kind: string } }>(`${PATH}/new/:kind`, async (request, reply) => {
    const project = projectOf(core, request, 'projects:write')
    const kind = kindOf(request.params.kind)
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const input = {
          kind,
          slug: text(form, 'slug').trim(),
          name: text(form, 'name').trim(),
          settings: await settingsOf(kind, form),
          secret: readProviderSecret(form),
        }
        await createIdentityProvider(core, visitOf(request).principal.actor, project, input)
        // Its page says what comes next, such as the address to register there.
        return goTo(reply, `/console/projects/${project.slug}/providers/${input.slug}`, 'provider-made')
      },
      refused => showNew(request, reply, kind, refused),
    )
  })

  const settingsOf = async (kind: ProviderKind, form: Form) => {
    const typed = readProviderSettings(kind, form)
    return kind === 'saml' ? await fillSettings(core, typed, text(form, 'metadata')) : typed
  }

  const show = async (
    request: ProviderRequest,
    reply: FastifyReply,
    refused?: RefusedForm,
    findings?: readonly Finding[],
  ) => {
    const project = projectOf(core, request, 'projects:read')
    const provider = await requireIdentityProvider(core.database.read, project, request.params.provider)
    const now = core.clock.now()
    const view = { project, provider, issuer: core.issuer, now, findings, refused: atFields(refused) }
    return sendPage(reply, providerPage(frameOf(core, request, project), view))
  }

  app.get(`${PATH}/:provider`, async (request: ProviderRequest, reply) => show(request, reply))

  app.post(`${PATH}/:provider`, async (request: ProviderRequest, reply) => {
    const project = projectOf(core, request, 'projects:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const { slug, kind } = await requireIdentityProvider(
          core.database.read,
          project,
          request.params.provider,
        )
        const settings = await settingsOf(kind, form)
        const input = { slug, name: text(form, 'name').trim(), settings, secret: readProviderSecret(form) }
        const { actor } = visitOf(request).principal
        await updateIdentityProvider(core, actor, project, input, versionOf(form))
        return goTo(reply, `/console/projects/${project.slug}/providers/${slug}`, 'saved')
      },
      refused => show(request, reply, { ...refused, form: 'provider' }),
    )
  })

  // It sends the stored secret to where the settings say, so it takes the right to change them.
  app.post(`${PATH}/:provider/test`, async (request: ProviderRequest, reply) => {
    const project = projectOf(core, request, 'projects:write')
    const { provider: slug } = request.params
    const provider = await requireIdentityProvider(core.database.read, project, slug)
    if (!isOidc(provider))
      throw new AppError('not_found', 'There is no connection to test of this kind of provider.')
    return await show(request, reply, undefined, await testConnection(core, provider))
  })

  app.post(`${PATH}/:provider/refresh`, async (request: ProviderRequest, reply) => {
    const project = projectOf(core, request, 'projects:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const { actor } = visitOf(request).principal
        const { provider: slug } = request.params
        const { changed } = await refreshMetadata(core, actor, project, slug, versionOf(form))
        const done = changed ? 'metadata-read' : 'metadata-same'
        return goTo(reply, `/console/projects/${project.slug}/providers/${slug}`, done)
      },
      refused => show(request, reply, { ...refused, form: 'provider' }),
    )
  })

  app.post(`${PATH}/:provider/delete`, async (request: ProviderRequest, reply) => {
    const project = projectOf(core, request, 'projects:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const { provider } = request.params
        requireTyped(form, provider, 'the slug of the provider')
        const { actor } = visitOf(request).principal
        await deleteIdentityProvider(core, actor, project, provider, versionOf(form))
        return goTo(reply, `/console/projects/${project.slug}/providers`, 'provider-deleted')
      },
      refused => show(request, reply, { ...refused, form: 'delete' }),
    )
  })
}

type ProviderRequest = FastifyRequest<{ Body: Form; Params: { provider: string } }>

function kindOf(name: string): ProviderKind {
  if (Object.hasOwn(settingsSchemas, name)) return name as ProviderKind
  throw new AppError('not_found', 'There is no such kind of identity provider.')
}

function isOidc(provider: IdentityProvider): provider is IdentityProvider<'oidc'> {
  return provider.kind === 'oidc'
}

/** `clientIds.0` is wrong in the field `clientIds`. */
function atFields<T extends Refused>(refused: T | undefined): T | undefined {
  if (!refused) return undefined
  const problems: Record<string, string> = {}
  for (const [field, problem] of Object.entries(refused.problems)) problems[field.split('.')[0]!] ??= problem
  return { ...refused, problems }
}
