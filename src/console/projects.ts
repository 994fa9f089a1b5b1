import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { maySee, requireAllProjects } from '../administrators/principal.ts'
import { findAttention } from '../attention/find-attention.ts'
import { createProject } from '../projects/create-project.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { newProjectPage } from './pages/new-project-page.ts'
import { projectsPage } from './pages/projects-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { showOnce } from './show-once.ts'
import { type Form, type Refused, submit, text } from './submit.ts'
import { visitOf } from './visit.ts'

/** All projects, and making one. */
export async function projectRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get('/console', async (request, reply) => {
    const { principal } = visitOf(request)
    const projects = core.registry.projects().filter(project => maySee(principal, project.id))
    const found = await findAttention(core, { projects: principal.projects })
    const attention = Map.groupBy(found, ({ projectId }) => projectId)
    return sendPage(reply, projectsPage(frameOf(core, request), { projects, attention }))
  })

  const showNew = (request: FastifyRequest, reply: FastifyReply, refused?: Refused) =>
    sendPage(reply, newProjectPage(frameOf(core, request), { refused }))

  app.get('/console/new-project', async (request, reply) => {
    requireAllProjects(visitOf(request).principal, 'projects:write')
    return showNew(request, reply)
  })

  app.post<{ Body: Form }>('/console/new-project', async (request, reply) => {
    const { principal } = visitOf(request)
    requireAllProjects(principal, 'projects:write')
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const made = await createProject(core, principal.actor, {
          slug: text(form, 'slug').trim(),
          name: text(form, 'name'),
          siteUrl: text(form, 'siteUrl').trim(),
          loginUrl: text(form, 'loginUrl').trim(),
        })
        const path = `/console/projects/${made.slug}/jwt`
        showOnce(core, request, reply, path, {
          label: 'Client secret',
          value: made.clientSecret,
          hint: 'Put it into your login endpoint now: it is not shown again. If it is lost, make a new one.',
        })
        return goTo(reply, path, 'project-made')
      },
      refused => showNew(request, reply, refused),
    )
  })
}
