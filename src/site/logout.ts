import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import { visitOf } from '../http/visit.ts'
import { logOut } from '../sessions/end-session.ts'
import { setSessionCookie } from './cookies.ts'
import { signedOutPage } from './pages/signed-out-page.ts'
import { sendPage } from './send-page.ts'
import { currentSession, isPrefetch, type SiteDeps, siteOf } from './site-request.ts'

const LANDING = '/gate/signed-out'

/** Logout at the site (contract, section 2), and the page to land on where the project names none. */
export async function logoutRoutes(app: FastifyInstance, deps: SiteDeps): Promise<void> {
  app.route({
    method: ['GET', 'POST'],
    url: '/logout',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const project = siteOf(deps, request)
      if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-out is not fetched ahead.')
      const session = await currentSession(deps, request, project)
      if (session) await logOut(deps, session, visitOf(request))
      setSessionCookie(reply, project, '', 0)
      return reply
        .header('cache-control', 'no-store')
        .redirect(project.logoutUrl ?? project.siteUrl + LANDING, 302)
    },
  })

  app.get(LANDING, async (request, reply) => {
    const project = siteOf(deps, request)
    return sendPage(reply, project, words => signedOutPage({ words, project, of: 'site', signInAt: '/' }))
  })
}
