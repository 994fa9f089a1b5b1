// Where a browser comes back to after the reader signed in: with a ticket of the site, or with the code itself.
import type { FastifyInstance, FastifyReply } from 'fastify'
import { findProjectOfCode } from '../codes/find-project-of-code.ts'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { visitOf } from '../http/visit.ts'
import { type Continued, continueWithCode, continueWithTicket } from '../oidc/continue-authorization.ts'
import { callbackUrl } from '../projects/project.ts'
import { isPrefetch } from '../site/site-request.ts'
import type { CentralBrowser } from './central-browser.ts'

type Query = Readonly<Record<string, string | string[] | undefined>>

export async function continueRoutes(
  app: FastifyInstance,
  core: Core,
  browser: CentralBrowser,
): Promise<void> {
  app.addHook('onRequest', async request => {
    // Only a navigation spends a ticket or a code.
    if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-in is not fetched ahead.')
  })

  app.get<{ Querystring: Query }>('/oauth/continue', { exposeHeadRoute: false }, async (request, reply) => {
    const { authorization, ticket } = request.query
    const presented = {
      id: text(authorization),
      ticket: text(ticket),
      secrets: browser.pendingSecrets(request),
      here: await browser.sessions(request),
    }
    return finish(reply, await continueWithTicket(core, presented, visitOf(request)))
  })

  // A browser that brings its code here has a request waiting, or was sent to the wrong host by a login endpoint that
  // was written with one host for both: then it is sent on, code unspent (contract, section 2).
  app.get<{ Querystring: Query }>('/jwt/authorize', { exposeHeadRoute: false }, async (request, reply) => {
    const code = text(request.query.code)
    const project = await findProjectOfCode(core.database.read, core.registry, code)
    if (!project)
      throw new AppError('invalid_grant', 'This code is unknown here.', { reason: 'code_unknown' })
    const secrets = browser.pendingSecrets(request)
    const here = await browser.sessions(request)
    const continued = await continueWithCode(core, { project, code, secrets, here }, visitOf(request))
    if (continued) return finish(reply, continued)
    const query = request.raw.url!.slice(request.raw.url!.indexOf('?'))
    return reply.header('referrer-policy', 'no-referrer').redirect(callbackUrl(project) + query, 302)
  })

  function finish(reply: FastifyReply, continued: Continued): FastifyReply {
    browser.open(reply, continued.central, continued.centralToken)
    return reply.header('referrer-policy', 'no-referrer').redirect(continued.redirect, 303)
  }
}

function text(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : ''
}
