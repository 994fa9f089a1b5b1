import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import { stampAuthorization } from '../oidc/continue-authorization.ts'
import { originOf } from '../oidc/pending-authorizations.ts'
import { sendToLogin } from './send-to-login.ts'
import { answerWithErrorPage } from './site-errors.ts'
import { currentSession, type SiteDeps, siteOf } from './site-request.ts'

export const CONTINUE = '/gate/continue'

/** An application's sign-in passes through the site, where the reader has or gets their session, and goes on. */
export async function continueRoutes(app: FastifyInstance, deps: SiteDeps): Promise<void> {
  app.get<{ Querystring: { authorization?: string | string[] } }>(
    CONTINUE,
    { exposeHeadRoute: false },
    async (request, reply) => {
      const project = siteOf(deps, request)
      const session = await currentSession(deps, request, project)
      if (!session) return await sendToLogin(deps, project, request, reply)
      const { authorization } = request.query
      const stamped =
        typeof authorization === 'string'
          ? await stampAuthorization(deps, project, session, authorization)
          : undefined
      if (stamped === 'sign-in') return await sendToLogin(deps, project, request, reply, 'login')
      if (!stamped) {
        // Back to the login page, or a tab that was left there: the application knows by itself who is signed in.
        const origin =
          typeof authorization === 'string' ? await originOf(deps.database.read, authorization) : undefined
        const application = origin?.projectId === project.id ? origin.application : '/'
        const sentence = 'This sign-in is over or took too long. Start again at the application.'
        const refusal = new AppError('invalid_request', sentence, { reason: 'session_over' })
        return answerWithErrorPage(refusal, request, reply, project, application)
      }
      return reply
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .redirect(stamped.next, 303)
    },
  )
}
