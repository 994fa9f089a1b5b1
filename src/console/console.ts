// The administrator's web pages, all under /console at the identity server. Every page is whole without scripts; a small
// script adds copy buttons. This file is the table of contents, and holds what every request meets: who it is, and
// whether a writing one comes from a page of ours.
import type { FastifyInstance } from 'fastify'
import { accountRoutes } from './account.ts'
import { accountsRoutes } from './accounts.ts'
import { administratorRoutes } from './administrator.ts'
import { administratorsRoutes } from './administrators.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { applicationTokenRoutes } from './application-tokens.ts'
import { assets } from './assets/console-assets.ts'
import { auditRoutes } from './audit.ts'
import type { ConsoleCore } from './console-core.ts'
import { answerWithConsolePage } from './console-errors.ts'
import { refuseForgery } from './forgery.ts'
import { groupRoutes } from './groups.ts'
import { installationRoutes } from './installation.ts'
import { jwtRoutes } from './jwt.ts'
import { keyRoutes } from './keys.ts'
import { memberRoutes } from './members.ts'
import { overviewRoutes } from './overview.ts'
import { projectRoutes } from './projects.ts'
import { providerRoutes } from './providers.ts'
import { readerRoutes } from './reader.ts'
import { readersRoutes } from './readers.ts'
import { settingsRoutes } from './settings.ts'
import { signInRoutes } from './sign-in.ts'
import { signInSearchRoutes } from './sign-ins.ts'
import { siteClientRoutes } from './site-clients.ts'
import { siteRoutes } from './sites.ts'
import { snippetRoutes } from './snippets.ts'
import { testRoutes } from './test-integration.ts'
import { timelineRoutes } from './timeline.ts'
import { findVisit, visitOf } from './visit.ts'
import { welcomeRoutes } from './welcome.ts'

export async function consoleRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.addHook('onRoute', route => {
    route.constraints = { ...route.constraints, door: 'identity' }
  })
  app.addHook('onRequest', async (_, reply) => {
    reply.header('cache-control', 'no-store')
  })
  app.setErrorHandler(answerWithConsolePage)
  // Forms only: JSON would bring types that no field has.
  app.removeContentTypeParser('application/json')

  for (const asset of assets) {
    app.get(asset.path, async (_, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('etag', asset.etag)
        .type(asset.contentType)
        .send(asset.body),
    )
  }

  await app.register(async open => {
    open.addHook('preHandler', async request => {
      if (request.method === 'POST') refuseForgery(core, request, undefined)
    })
    await welcomeRoutes(open, core)
    await signInRoutes(open, core)
  })

  await app.register(async guarded => {
    guarded.addHook('onRequest', async (request, reply) => {
      if (await findVisit(core, request)) return
      const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : ''
      return reply.redirect(`/console/sign-in${next}`, 303)
    })
    guarded.addHook('preHandler', async request => {
      if (!['GET', 'HEAD'].includes(request.method)) refuseForgery(core, request, visitOf(request).secret)
    })
    await accountRoutes(guarded, core)
    await projectRoutes(guarded, core)
    await overviewRoutes(guarded, core)
    await signInSearchRoutes(guarded, core)
    await timelineRoutes(guarded, core)
    await groupRoutes(guarded, core)
    await readersRoutes(guarded, core)
    await readerRoutes(guarded, core)
    await memberRoutes(guarded, core)
    await accountsRoutes(guarded, core)
    await keyRoutes(guarded, core)
    await auditRoutes(guarded, core)
    await administratorsRoutes(guarded, core)
    await administratorRoutes(guarded, core)
    await apiKeyRoutes(guarded, core)
    await installationRoutes(guarded, core)
    await jwtRoutes(guarded, core)
    await applicationTokenRoutes(guarded, core)
    await siteRoutes(guarded, core)
    await siteClientRoutes(guarded, core)
    await providerRoutes(guarded, core)
    await settingsRoutes(guarded, core)
    await testRoutes(guarded, core)
    await snippetRoutes(guarded, core)
  })
}
