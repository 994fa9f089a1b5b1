// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): an application sends the browser here to sign off.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { visitOf } from '../http/visit.ts'
import { type Parameters, readLogoutRequest, signOff } from '../oidc/logout.ts'
import type { Project } from '../projects/project.ts'
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
    const ending = hinted ? [hinted] : here
    const project = projectOf(ending.length > 0 ? ending : [asked.session ?? []].flat(), parameters)
    if (!hinted && !confirmed && here.length > 0) {
      return sendPage(reply, undefined, words => confirmSignOutPage({ words, project, parameters }))
    }
    // Whoever holds somebody else's ID token can sign themselves out, and not them.
    const meant = hinted || here.length === 0 ? asked.session : undefined
    await signOff(core, ending, meant, visitOf(request))
    for (const session of ending) browser.close(reply, session.projectId)
    if (asked.redirect && confirmed) {
      const to = asked.redirect
      return sendPage(reply, undefined, words =>
        goingOnPage({ words, project, title: words.signedOut.title, to }),
      )
    }
    if (asked.redirect) return reply.redirect(asked.redirect, 303)
    const signInAt = project ? `${project.siteUrl}/` : '/'
    return sendPage(reply, undefined, words => signedOutPage({ words, project, of: 'all', signInAt }))
  }

  /** In whose name the page speaks: that of the sessions, if they are of one project, else that of the client. */
  function projectOf(
    sessions: readonly { readonly projectId: string }[],
    parameters: Parameters,
  ): Project | undefined {
    const [id, ...others] = new Set(sessions.map(session => session.projectId))
    if (id === undefined) return core.registry.client(String(parameters.client_id))?.project
    return others.length === 0 ? core.registry.projectById(id) : undefined
  }
}
