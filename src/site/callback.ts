// The callbacks (contract, sections 2, 3 and 5): the browser arrives with a code, or with a login token that holds one,
// and leaves with a session.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { openLoginToken } from '../codes/open-login-token.ts'
import { AppError } from '../errors.ts'
import { LOGIN_TOKEN_CALLBACK, pathOfRedirect } from '../projects/login-token-callback.ts'
import type { Project } from '../projects/project.ts'
import { readAnswer } from './ask-to-continue.ts'
import { enterSite } from './enter.ts'
import { isPrefetch, type SiteDeps, siteOf } from './site-request.ts'
import type { Arrival, CallbackQuery } from './wanted-page.ts'

type CallbackRequest = FastifyRequest<{ Querystring: CallbackQuery }>

export async function callbackRoutes(app: FastifyInstance, deps: SiteDeps): Promise<void> {
  await callback(app, deps, '/jwt/authorize', async ({ query }) => ({
    code: typeof query.code === 'string' ? query.code : '',
    loginToken: false,
    query,
  }))
  await callback(app, deps, LOGIN_TOKEN_CALLBACK, async ({ query }, project) => {
    const { jwt, redirect_to: redirectTo } = query
    const code = typeof jwt === 'string' ? await openLoginToken(deps, jwt) : undefined
    return {
      code: code ?? '',
      loginToken: true,
      query: redirectTo === undefined ? {} : { redirectUrl: pathOfRedirect(project, redirectTo) ?? '' },
    }
  })
}

/** One callback, whose requests `read` understands. */
async function callback(
  app: FastifyInstance,
  deps: SiteDeps,
  url: string,
  read: (request: CallbackRequest, project: Project) => Promise<Arrival>,
): Promise<void> {
  app.get<{ Querystring: CallbackQuery }>(url, { exposeHeadRoute: false }, async (request, reply) => {
    keepPrivate(reply)
    if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-in is not fetched ahead.')
    const project = siteOf(deps, request)
    return await enterSite(deps, project, await read(request, project), request, reply)
  })

  // The answer to "Continue as ...?".
  app.post<{ Querystring: CallbackQuery }>(url, async (request, reply) => {
    const project = siteOf(deps, request)
    keepPrivate(reply)
    const arrival = await read(request, project)
    const confirmation = await readAnswer(deps, project, arrival, request, reply)
    return confirmation === undefined
      ? reply
      : await enterSite(deps, project, arrival, request, reply, confirmation)
  })

  // Link scanners ask with HEAD; a code is spent by a navigation alone.
  app.head(url, async (_, reply) => keepPrivate(reply).send())
}

/** The address carries a code. */
function keepPrivate(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
}
