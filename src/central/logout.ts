// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): an application sends the browser here to sign off.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { visitOf } from '../http/visit.ts'
import { type Parameters, readLogoutRequest, signOff } from '../oidc/logout.ts'
import { confirmSignOutPage } from '../site/pages/confirm-sign-out-page.ts'
import { goingOnPage } from '../site/pages/going-on-page.ts'
import { signedOutPage } from '../site/pages/signed-out-page.ts'
import { sendPage } from '../site/send-page.ts'
import { isPrefetch } from '../site/site-request.ts'
import type { CentralBrowser } from './central-browser.ts'

export async function logoutRoutes(app: FastifyInstance, core: Core, browser: CentralBrowser): Promise<void> {
  app.get<{ Querystring: Parameters }>('/oauth/logout', { exposeHeadRoute: false }, (request, reply) =>
    answer(request, reply, request.query, false),
  )
  app.post<{ Body: Parameters | undefined }>('/oauth/logout', (request, reply) =>
    answer(request, reply, request.body ?? {}, request.headers.origin === core.issuer),
  )

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    parameters: Parameters,
    confirmed: boolean,
  ): Promise<FastifyReply> {
    if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-out is not fetched ahead.')
    const here = await browser.sessions(request)
    const asked = await readLogoutRequest(core, parameters)
    // Without an ID token of this very browser's session anybody could have made the link: the reader is asked.
    const hinted =
      asked.session && here.find(session => session.key.equals(asked.session!.centralKey ?? Buffer.alloc(0)))
    if (!hinted && !confirmed && here.length > 0) {
      return sendPage(reply, undefined, confirmSignOutPage({ parameters }))
    }
    const ending = hinted ? [hinted] : here
    // Whoever holds somebody else's ID token can sign themselves out, and not them.
    const meant = hinted || here.length === 0 ? asked.session : undefined
    await signOff(core, ending, meant, visitOf(request))
    for (const session of ending) browser.close(reply, session.projectId)
    if (asked.redirect && confirmed) {
      return sendPage(reply, undefined, goingOnPage({ title: 'You are signed out', to: asked.redirect }))
    }
    if (asked.redirect) return reply.redirect(asked.redirect, 303)
    return sendPage(reply, undefined, signedOutPage({ project: { name: 'this server' } }))
  }
}
