import type { FastifyInstance } from 'fastify'
import { maySee, requireScope } from '../administrators/principal.ts'
import { findSignIn, type SignInTimeline } from '../audit/find-sign-ins.ts'
import { AppError } from '../errors.ts'
import { momentOfTraceId, readTraceId } from '../platform/trace-id.ts'
import type { Reader } from '../readers/reader.ts'
import { findReaderByExternalId } from '../readers/reader-store.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { noSignInPage } from './pages/no-sign-in-page.ts'
import { reasonsPage } from './pages/reasons-page.ts'
import { timelinePage } from './pages/timeline-page.ts'
import { sendPage } from './send-page.ts'
import { visitOf } from './visit.ts'

/** One sign-in, step by step, and what the reasons of all of them mean. */
export async function timelineRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get<{ Params: { trace: string } }>('/console/sign-ins/:trace', async (request, reply) => {
    const { principal } = visitOf(request)
    requireScope(principal, 'sign-ins:read')
    const { trace } = request.params
    const found = await findSignIn(core.database.read, principal.projects, trace).catch(unlessFound)
    if (!found) {
      const traceId = readTraceId(trace)
      const madeAt = traceId === undefined ? null : momentOfTraceId(traceId)
      const { attemptDays } = core
      reply.code(404)
      return sendPage(reply, noSignInPage(frameOf(core, request), { traceId, madeAt, attemptDays }))
    }
    const { projectId } = found.signIn
    const project =
      projectId !== null && maySee(principal, projectId) ? core.registry.projectById(projectId) : undefined
    const view = { ...found, project, reader: await readerOf(core, found) }
    return sendPage(reply, timelinePage(frameOf(core, request, project), view))
  })

  app.get('/console/reasons', async (request, reply) => {
    requireScope(visitOf(request).principal, 'sign-ins:read')
    return sendPage(reply, reasonsPage(frameOf(core, request)))
  })
}

function unlessFound(error: unknown): undefined {
  if (error instanceof AppError && ['not_found', 'invalid_request'].includes(error.code)) return undefined
  throw error
}

/** Who the steps are about, where that is a reader of the project: a push that was refused may name nobody. */
async function readerOf(core: ConsoleCore, { signIn, steps }: SignInTimeline): Promise<Reader | undefined> {
  const named = steps.findLast(step => step.reader !== null && step.projectId !== null)
  if (!named || named.projectId !== signIn.projectId) return undefined
  return await findReaderByExternalId(core.database.read, named.projectId!, named.reader!)
}
