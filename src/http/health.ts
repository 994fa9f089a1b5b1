import type { FastifyInstance } from 'fastify'
import type { Core } from './core.ts'

/** `/healthz`: the process answers. `/readyz`: so does the database. */
export async function healthRoutes(app: FastifyInstance, core: Core): Promise<void> {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async () => {
    await core.database.check()
    return { status: 'ready' }
  })
}
