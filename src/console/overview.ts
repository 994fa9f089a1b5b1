import type { FastifyInstance } from 'fastify'
import { findAttention } from '../attention/find-attention.ts'
import { countSignIns } from '../audit/count-sign-ins.ts'
import { findSignIns } from '../audit/find-sign-ins.ts'
import { loginPageOf } from '../projects/login-url/login-url.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { overviewPage } from './pages/overview-page.ts'
import { sendPage } from './send-page.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SHOWN_FAILURES = 5

/** How a project does: its sign-ins as a chart, what needs attention, the newest failures. */
export async function overviewRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get<{ Querystring: Record<string, unknown> }>('/console/projects/:slug', async (request, reply) => {
    const project = projectOf(core, request, 'projects:read')
    const frame = frameOf(core, request, project)
    const projects = new Set([project.id])
    const { now } = frame
    const by = request.query.by === 'day' ? 'day' : 'hour'
    // The column that is not over yet is the last of 24, or of 30.
    const from = by === 'day' ? now - 29 * DAY : now - 23 * HOUR
    const db = core.database.read
    const [counts, attention, { signIns: failures }] = await Promise.all([
      countSignIns(db, { projects, from, to: now, now, by }),
      findAttention(core, { projects }),
      findSignIns(db, { projects, outcome: 'failed' }, { limit: SHOWN_FAILURES }),
    ])
    const clientId = core.registry.clientsOf(project.id).find(({ kind }) => kind === 'login')?.id
    const loginPage = loginPageOf(project, core.issuer)
    const view = { project, counts, attention, failures, clientId, loginPage }
    return sendPage(reply, overviewPage(frame, view))
  })
}
