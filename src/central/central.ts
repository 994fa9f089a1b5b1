// The identity server as browsers meet it: the authorization endpoint, the way back from signing in, and signing out.
// It keeps the central session, one for each project that a browser is signed in to.
import type { FastifyInstance } from 'fastify'
import type { Core } from '../http/core.ts'
import { authorizeRoutes } from './authorize.ts'
import { createCentralBrowser } from './central-browser.ts'
import { continueRoutes } from './continue.ts'
import { answerInItsName } from './error-pages.ts'
import { logoutRoutes } from './logout.ts'
import { openidSignInRoutes } from './openid.ts'

export async function centralRoutes(app: FastifyInstance, core: Core): Promise<void> {
  const browser = createCentralBrowser(core)
  app.addHook('onRoute', route => {
    route.constraints = { ...route.constraints, door: 'identity' }
  })
  app.addHook('onRequest', async (_, reply) => {
    reply.header('cache-control', 'no-store')
  })
  // Forms and queries only: JSON would bring types that no parameter has.
  app.removeContentTypeParser('application/json')
  app.setErrorHandler((thrown, request, reply) => answerInItsName(core, thrown, request, reply))

  await authorizeRoutes(app, core, browser)
  await app.register(async doors => continueRoutes(doors, core, browser))
  await app.register(async doors => openidSignInRoutes(doors, core))
  await logoutRoutes(app, core, browser)
}
