import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refuseFolder } from '../administrators/principal.ts'
import { checkSettings } from '../projects/check-settings.ts'
import { ownClient } from '../projects/own-client.ts'
import { readPathRules } from '../projects/path-rule-lines.ts'
import type { ProjectSettings } from '../projects/project.ts'
import { listClientsOf } from '../projects/project-store.ts'
import { updateProject } from '../projects/update-project.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { sitesPage } from './pages/sites-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { checkTogether, type Form, lines, optional, type Refused, submit, text, versionOf } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/projects/:slug/sites'

/** The project's own site, and the list of products that sign its readers in. */
export async function siteRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const show = async (request: FastifyRequest, reply: FastifyReply, refused?: Refused) => {
    await core.registry.refresh()
    const project = projectOf(core, request, 'projects:read')
    const all = await listClientsOf(core.database.read, project.id)
    const clients = all.filter(({ kind }) => kind === 'site')
    const view = { project, clients, own: ownClient(clients, 'site'), refused }
    return sendPage(reply, sitesPage(frameOf(core, request, project), view))
  }

  app.get(PATH, async (request, reply) => show(request, reply))

  app.post<{ Body: Form }>(`${PATH}/site`, async (request, reply) => {
    const project = projectOf(core, request, 'projects:write')
    const { principal } = visitOf(request)
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const changes = readSite(form)
        refuseFolder(principal, changes)
        const rules = text(form, 'pathRules')
        checkTogether(
          () => readPathRules(rules),
          () => checkSettings({ ...project, ...changes }, core.issuer, project.siteFolder),
        )
        const all = { ...changes, pathRules: readPathRules(rules) }
        await updateProject(core, principal.actor, project.slug, all, versionOf(form))
        return goTo(reply, `/console/projects/${project.slug}/sites`, 'site-saved')
      },
      refused => show(request, reply, refused),
    )
  })
}

/** Without the path rules. The folder is in the form of those who may set it. */
function readSite(form: Form): Partial<ProjectSettings> {
  return {
    siteUrl: text(form, 'siteUrl').trim(),
    siteElsewhere: form.siteElsewhere === 'on',
    homePublished: form.homePublished === 'on',
    allowedRedirects: lines(form, 'allowedRedirects'),
    ...(form.siteFolder !== undefined && { siteFolder: optional(form, 'siteFolder') }),
  }
}
