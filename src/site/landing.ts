import type { FastifyInstance } from 'fastify'
import { hasSite } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import { assetRoutes } from './asset-routes.ts'
import { brandRoutes } from './brand/brand-routes.ts'
import { landingPage } from './pages/landing-page.ts'
import { sendPage } from './send-page.ts'

/** The first page of the identity server's Host, for people who come upon it. In development it says where to go. */
export async function landingRoutes(
  app: FastifyInstance,
  { registry, production }: { registry: Registry; production: boolean },
): Promise<void> {
  app.addHook('onRoute', route => {
    route.constraints = { ...route.constraints, door: 'identity' }
  })
  app.get('/', async (_, reply) =>
    // Who the tenants are is nobody's business but their own.
    sendPage(reply, undefined, words =>
      landingPage({ words, sites: production ? undefined : registry.projects().filter(hasSite) }),
    ),
  )
  await assetRoutes(app)
  await brandRoutes(app)
}
