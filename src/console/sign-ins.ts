import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { findSignIns } from '../audit/find-sign-ins.ts'
import type { Project } from '../projects/project.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { signInsPage } from './pages/sign-ins-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { readSignInsForm, signInsFilter } from './sign-ins-form.ts'
import { visitOf } from './visit.ts'

type Query = Record<string, unknown>

/** The search for sign-ins, of one project or of all that the visitor may see. */
export async function signInSearchRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const show = async (request: FastifyRequest, reply: FastifyReply, project?: Project) => {
    const query = request.query as Query
    const form = readSignInsForm(query)
    const { filter, traceId, problems } = signInsFilter(core, visitOf(request), form, project?.slug)
    if (traceId !== undefined) return goTo(reply, `/console/sign-ins/${traceId}`)
    const wrong = Object.keys(problems).length > 0
    if (wrong) reply.code(400)
    const before = typeof query.before === 'string' ? query.before : undefined
    const page = wrong
      ? { signIns: [], next: null, searchedBackTo: null }
      : await findSignIns(core.database.read, filter, { before })
    const view = { page, form, problems, older: before !== undefined }
    return sendPage(reply, signInsPage(frameOf(core, request, project), view))
  }

  app.get('/console/sign-ins', async (request, reply) => show(request, reply))

  app.get('/console/projects/:slug/sign-ins', async (request, reply) =>
    show(request, reply, projectOf(core, request, 'sign-ins:read')),
  )
}
