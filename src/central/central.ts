// The identity server as browsers meet it: the authorization endpoint, the way back from signing in, and signing out.
// It keeps the central session, one for each project that a browser is signed in to. And the central login page, whose
// session is one for all of them.
import type { FastifyInstance } from 'fastify'
import { accountRoutes } from './account.ts'
import { createAccountBrowser } from './account-browser.ts'
import { authorizeRoutes } from './authorize.ts'
import { createCentralBrowser } from './central-browser.ts'
import type { CentralCore } from './central-core.ts'
import { continueRoutes } from './continue.ts'
import { answerInItsName } from './error-pages.ts'
import { loginRoutes } from './login.ts'
import { loginOfProjectRoutes } from './login-of-project.ts'
import { logoutRoutes } from './logout.ts'
import { openidSignInRoutes } from './openid.ts'
import { passwordRoutes } from './password.ts'
import { samlRoutes } from './saml.ts'
import { signOffRoutes } from './sign-off.ts'
import { ssoUserRoutes } from './sso-user.ts'

export async function centralRoutes(app: FastifyInstance, core: CentralCore): Promise<void> {
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
  await app.register(async doors => samlRoutes(doors, core))
  await logoutRoutes(app, core, browser)

  const accounts = createAccountBrowser(core)
  await loginRoutes(app, core, accounts)
  await loginOfProjectRoutes(app, core, accounts)
  await app.register(async doors => ssoUserRoutes(doors, core))
  await signOffRoutes(app, core, accounts)
  await accountRoutes(app, core, accounts)
  await passwordRoutes(app, core, accounts)
}
