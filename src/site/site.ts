// The knowledge-base side: what a project's own Host serves. Callback, session, logout and /gate always; content where
// the project names a folder. The swap happens in this process: no HTTP, and no token that nobody would read.
import type { FastifyInstance } from 'fastify'
import { assetRoutes } from './asset-routes.ts'
import { brandRoutes } from './brand/brand-routes.ts'
import { callbackRoutes } from './callback.ts'
import { createContentFolders } from './content-folders.ts'
import { continueRoutes } from './continue.ts'
import { gateRoutes } from './gate.ts'
import { logoutRoutes } from './logout.ts'
import { searchRoutes } from './search.ts'
import { contentRoutes } from './serve-content.ts'
import { answerWithErrorPage } from './site-errors.ts'
import { type SiteDeps, siteOf } from './site-request.ts'

export async function siteRoutes(app: FastifyInstance, deps: SiteDeps): Promise<void> {
  const folders = createContentFolders()
  app.addHook('onRoute', route => {
    route.constraints = { ...route.constraints, door: 'site' }
  })
  app.setErrorHandler((thrown, request, reply) =>
    answerWithErrorPage(thrown, request, reply, siteOf(deps, request)),
  )

  await callbackRoutes(app, deps)
  await logoutRoutes(app, deps)
  await continueRoutes(app, deps)
  await gateRoutes(app, deps, folders)
  await assetRoutes(app)
  await brandRoutes(app)
  await searchRoutes(app, deps, folders)
  await contentRoutes(app, deps, folders)
}
