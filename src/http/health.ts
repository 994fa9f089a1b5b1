import type { FastifyInstance } from 'fastify'
import { settingsVersion } from '../db/settings-version.ts'
import type { Core } from './core.ts'

/** `/healthz`: the process answers. `/readyz`: so does the database. */
export async function healthRoutes(app: FastifyInstance, core: Core): Promise<void> {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async () => {
    await settingsVersion(core.database.read)
    return { status: 'ready' }
  })
}
