// Where a browser comes back to after the reader signed in: with a ticket of the site, or with the code itself.
import type { FastifyInstance, FastifyReply } from 'fastify'
import { findProjectOfCode } from '../codes/find-project-of-code.ts'
import { openLoginToken } from '../codes/open-login-token.ts'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { visitOf } from '../http/visit.ts'
import { type Continued, continueWithCode, continueWithTicket } from '../oidc/continue-authorization.ts'
import { LOGIN_TOKEN_CALLBACK } from '../projects/login-token-callback.ts'
import { callbackUrl, type Project } from '../projects/project.ts'
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

  // A login token is brought to the project's path here; it opens what a code would.
  app.get<{ Params: { slug: string }; Querystring: Query }>(
    `/:slug${LOGIN_TOKEN_CALLBACK}`,
    { exposeHeadRoute: false },
    async (request, reply) => {
      const project = projectOf(core, request.params.slug)
      const code = await openLoginToken(core, text(request.query.jwt))
      const secrets = browser.pendingSecrets(request)
      const here = await browser.sessions(request)
      const presented = { project, code: code ?? '', loginToken: true, secrets, here }
      const continued = await continueWithCode(core, presented, visitOf(request))
      if (continued) return finish(reply, continued)
      const query = request.raw.url!.includes('?')
        ? request.raw.url!.slice(request.raw.url!.indexOf('?'))
        : ''
      return reply
        .header('referrer-policy', 'no-referrer')
        .redirect(project.siteUrl + LOGIN_TOKEN_CALLBACK + query, 302)
    },
  )
  // Link scanners ask with HEAD.
  app.head<{ Params: { slug: string } }>(`/:slug${LOGIN_TOKEN_CALLBACK}`, async (request, reply) => {
    projectOf(core, request.params.slug)
    return reply.header('referrer-policy', 'no-referrer').send()
  })

  function finish(reply: FastifyReply, continued: Continued): FastifyReply {
    browser.open(reply, continued.central, continued.centralToken)
    return reply.header('referrer-policy', 'no-referrer').redirect(continued.redirect, 303)
  }
}

/** @throws AppError `not_found` */
function projectOf(core: Core, slug: string): Project {
  const project = core.registry.projectBySlug(slug)
  if (!project) throw new AppError('not_found', 'There is nothing here.')
  return project
}

function text(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : ''
}
