// The identity server's own Host: what login endpoints, knowledge bases elsewhere and OpenID Connect clients call.
import type { FastifyInstance } from 'fastify'
import { type AccountApi, accountApiRoutes } from './account-api.ts'
import type { Core } from './core.ts'
import { answerOAuthError } from './errors.ts'
import { generateCodeRoutes } from './generate-code.ts'
import { healthRoutes } from './health.ts'
import { loginTokenRoutes } from './login-tokens.ts'
import { openidRoutes } from './openid.ts'
import { tokenRoutes } from './token.ts'

export async function identityRoutes(
  app: FastifyInstance,
  core: Core,
  { accountApi }: { readonly accountApi: AccountApi | undefined },
): Promise<void> {
  app.addHook('onRoute', route => {
    route.constraints = { ...route.constraints, door: 'identity' }
  })
  app.addHook('onRequest', (_, reply, done) => {
    reply.header('cache-control', 'no-store')
    done()
  })
  app.setErrorHandler(answerOAuthError)

  // Each door reads the one content type that its contract names.
  await app.register(async doors => {
    doors.removeContentTypeParser('application/x-www-form-urlencoded')
    await generateCodeRoutes(doors, core)
  })
  await app.register(async doors => {
    doors.removeContentTypeParser('application/x-www-form-urlencoded')
    await loginTokenRoutes(doors, core)
  })
  if (accountApi) {
    await app.register(async doors => {
      doors.removeContentTypeParser('application/x-www-form-urlencoded')
      await accountApiRoutes(doors, core, accountApi)
    })
  }
  await app.register(async doors => {
    doors.removeContentTypeParser('application/json')
    await tokenRoutes(doors, core)
  })
  await openidRoutes(app, core)
  await healthRoutes(app, core)
}
