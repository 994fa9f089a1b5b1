import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SigningAlgorithm } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { createJwt } from '../projects/create-jwt.ts'
import { deleteJwt } from '../projects/delete-jwt.ts'
import { ownClient } from '../projects/own-client.ts'
import type { Binding, ProjectSettings, UnknownGroupPolicy } from '../projects/project.ts'
import { listClientsOf } from '../projects/project-store.ts'
import { updateProject } from '../projects/update-project.ts'
import { requireTyped } from './confirm.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { jwtPage } from './pages/jwt-page.ts'
import { type RefusedForm, secretRoutes } from './secrets.ts'
import { goTo, sendPage } from './send-page.ts'
import { showOnce, takeShown } from './show-once.ts'
import { type Form, optional, submit, text, versionOf, whole } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/projects/:slug/jwt'

/** JWT SSO of a project: its switch, the login endpoint's credentials and addresses, and what tokens are like. */
export async function jwtRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const show = async (request: FastifyRequest, reply: FastifyReply, refused?: RefusedForm) => {
    await core.registry.refresh()
    const project = projectOf(core, request, 'projects:read')
    const client = ownClient(await listClientsOf(core.database.read, project.id), 'login')
    const shown = takeShown(core, request, reply)
    const view = { project, client, issuer: core.issuer, shown, refused }
    return sendPage(reply, jwtPage(frameOf(core, request, project), view))
  }

  app.get(PATH, async (request, reply) => show(request, reply))

  /** A form that changes settings; `read` makes them out of it. */
  const settingsForm = (
    name: string,
    read: (form: Form) => Partial<ProjectSettings>,
    done = `${name}-saved`,
  ) =>
    app.post<{ Body: Form }>(`${PATH}/${name}`, async (request, reply) => {
      const { slug } = projectOf(core, request, 'projects:write')
      const form = request.body
      return await submit(
        reply,
        form,
        async () => {
          const { actor } = visitOf(request).principal
          const changes = read(form)
          await updateProject(core, actor, slug, changes, versionOf(form))
          const switched =
            changes.jwtEnabled === undefined ? done : `jwt-${changes.jwtEnabled ? 'on' : 'off'}`
          return goTo(reply, pathOf(slug), switched)
        },
        refused => show(request, reply, { ...refused, form: name }),
      )
    })

  settingsForm('status', form => ({ jwtEnabled: form.jwtEnabled === 'on' }))
  settingsForm('addresses', form => ({
    loginUrl: text(form, 'loginUrl').trim(),
    logoutUrl: optional(form, 'logoutUrl'),
  }))
  settingsForm('pushes', form => ({
    binding: text(form, 'binding') as Binding,
    unknownGroups: text(form, 'unknownGroups') as UnknownGroupPolicy,
    outstandingCodesLimit: whole(form, 'outstandingCodesLimit'),
  }))
  settingsForm('tokens', form => ({
    minTokenValidity: whole(form, 'minTokenValidity'),
    defaultTokenValidity: whole(form, 'defaultTokenValidity'),
    maxTokenValidity: whole(form, 'maxTokenValidity'),
    signingAlgorithm: text(form, 'signingAlgorithm') as SigningAlgorithm,
  }))

  app.post<{ Body: Form }>(`${PATH}/create`, async (request, reply) => {
    const { slug } = projectOf(core, request, 'secrets:write')
    return await submit(
      reply,
      request.body,
      async () => {
        const { clientSecret } = await createJwt(core, visitOf(request).principal.actor, slug)
        showOnce(core, request, reply, pathOf(slug), {
          label: 'Client secret',
          value: clientSecret,
          hint: 'Put it into your login endpoint now: it is not shown again. If it is lost, regenerate it below.',
        })
        return goTo(reply, pathOf(slug), 'jwt-made')
      },
      refused => show(request, reply, { ...refused, form: 'create' }),
    )
  })

  app.post<{ Body: Form }>(`${PATH}/delete`, async (request, reply) => {
    const { slug } = projectOf(core, request, 'secrets:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        requireTyped(form, slug, 'the slug of the project')
        await deleteJwt(core, visitOf(request).principal.actor, slug, versionOf(form))
        return goTo(reply, pathOf(slug), 'jwt-deleted')
      },
      refused => show(request, reply, { ...refused, form: 'delete' }),
    )
  })

  secretRoutes(app, core, {
    route: PATH,
    show,
    pathOf: ({ slug }) => pathOf(slug),
    clientOf(_, project) {
      const client = ownClient(core.registry.clientsOf(project.id), 'login')
      if (client) return client
      throw new AppError('not_found', 'This project has no JWT configuration.')
    },
  })
}

function pathOf(slug: string): string {
  return `/console/projects/${slug}/jwt`
}
