import type { FastifyInstance } from 'fastify'
import { requireAllProjects } from '../administrators/principal.ts'
import { readDatabaseFacts } from '../db/database-facts.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { installationPage } from './pages/installation-page.ts'
import { sendPage } from './send-page.ts'
import { visitOf } from './visit.ts'

/** What runs here and how it was told to run; nothing of it is changed here. */
export async function installationRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get('/console/settings', async (request, reply) => {
    requireAllProjects(visitOf(request).principal, 'administrators:read')
    const { installation, issuer, registry } = core
    const database = await readDatabaseFacts(core.database)
    const view = { installation, issuer, database, projects: registry.projects().length }
    return sendPage(reply, installationPage(frameOf(core, request), view))
  })
}
