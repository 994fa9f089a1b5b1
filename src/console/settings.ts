import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SsoStandard } from '../db/tables.ts'
import { deleteProject, updateProject } from '../projects/update-project.ts'
import { listIdentityProviders } from '../upstream/identity-provider-store.ts'
import { requireTyped } from './confirm.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { settingsPage } from './pages/settings-page.ts'
import type { RefusedForm } from './secrets.ts'
import { goTo, sendPage } from './send-page.ts'
import { type Form, optional, submit, text, versionOf } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/projects/:slug/settings'

/** What a project is called and looks like, and its end. */
export async function settingsRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const show = async (request: FastifyRequest, reply: FastifyReply, refused?: RefusedForm) => {
    await core.registry.refresh()
    const project = projectOf(core, request, 'projects:read')
    const providers = await listIdentityProviders(core.database.read, project.id)
    return sendPage(reply, settingsPage(frameOf(core, request, project), { project, providers, refused }))
  }

  app.get(PATH, async (request, reply) => show(request, reply))

  app.post<{ Body: Form }>(`${PATH}/project`, async (request, reply) => {
    const { slug } = projectOf(core, request, 'projects:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const changes = { name: text(form, 'name'), slug: text(form, 'slug').trim() }
        await updateProject(core, visitOf(request).principal.actor, slug, changes, versionOf(form))
        return goTo(reply, pathOf(changes.slug), 'project-saved')
      },
      refused => show(request, reply, { ...refused, form: 'project' }),
    )
  })

  app.post<{ Body: Form }>(`${PATH}/standard`, async (request, reply) => {
    const { slug } = projectOf(core, request, 'projects:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const changes = { standard: text(form, 'standard') as SsoStandard }
        await updateProject(core, visitOf(request).principal.actor, slug, changes, versionOf(form))
        return goTo(reply, pathOf(slug), 'standard-saved')
      },
      refused => show(request, reply, { ...refused, form: 'standard' }),
    )
  })

  app.post<{ Body: Form }>(`${PATH}/branding`, async (request, reply) => {
    const { slug } = projectOf(core, request, 'projects:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const changes = { logoUrl: optional(form, 'logoUrl'), accentColor: readColor(form) }
        await updateProject(core, visitOf(request).principal.actor, slug, changes, versionOf(form))
        return goTo(reply, pathOf(slug), 'branding-saved')
      },
      refused => show(request, reply, { ...refused, form: 'branding' }),
    )
  })

  app.post<{ Body: Form }>(`${PATH}/delete`, async (request, reply) => {
    const { slug } = projectOf(core, request, 'projects:write')
    return await submit(
      reply,
      request.body,
      async () => {
        requireTyped(request.body, slug, 'the slug of the project')
        await deleteProject(core, visitOf(request).principal.actor, slug, versionOf(request.body))
        return goTo(reply, '/console', 'project-deleted')
      },
      refused => show(request, reply, { ...refused, form: 'delete' }),
    )
  })
}

function pathOf(slug: string): string {
  return `/console/projects/${slug}/settings`
}

/**
 * The colour stands in a text field with a picker beside it. Without scripts the two do not know of each other: where
 * only the picker was moved, it says the colour.
 */
function readColor(form: Form): string | null {
  const moved = text(form, 'accentPicked') !== text(form, 'accentPickedBefore')
  const untouched = text(form, 'accentColor') === text(form, 'accentColorBefore')
  return moved && untouched ? optional(form, 'accentPicked') : optional(form, 'accentColor')
}
