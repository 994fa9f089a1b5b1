// The callback (contract, sections 2 and 3): the browser arrives with a code and leaves with a session.
import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '../errors.ts'
import { readAnswer } from './ask-to-continue.ts'
import { enterSite } from './enter.ts'
import { isPrefetch, type SiteDeps, siteOf } from './site-request.ts'
import type { CallbackQuery } from './wanted-page.ts'

export async function callbackRoutes(app: FastifyInstance, deps: SiteDeps): Promise<void> {
  app.get<{ Querystring: CallbackQuery }>(
    '/jwt/authorize',
    { exposeHeadRoute: false },
    async (request, reply) => {
      keepPrivate(reply)
      if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-in is not fetched ahead.')
      return await enterSite(deps, siteOf(deps, request), request, reply)
    },
  )

  // The answer to "Continue as ...?".
  app.post<{ Querystring: CallbackQuery }>('/jwt/authorize', async (request, reply) => {
    const project = siteOf(deps, request)
    keepPrivate(reply)
    const confirmation = await readAnswer(deps, project, request, reply)
    return confirmation === undefined ? reply : await enterSite(deps, project, request, reply, confirmation)
  })

  // Link scanners ask with HEAD; a code is spent by a navigation alone.
  app.head('/jwt/authorize', async (_, reply) => keepPrivate(reply).send())
}

/** The address carries a code. */
function keepPrivate(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
}
