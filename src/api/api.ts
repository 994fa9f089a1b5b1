// The admin API: everything that the console does, for programs. A room of its own, whose hooks meet no other request.
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import { docsRoutes } from './docs.ts'
import type { ApiDeps } from './operation.ts'
import { operations } from './operations.ts'
import { answerProblem } from './problem.ts'
import { serveOperation } from './serve-operation.ts'

export const PREFIX = '/api/v1'

export async function apiRoutes(app: FastifyInstance, deps: ApiDeps): Promise<void> {
  app.addHook('onRoute', route => {
    route.constraints = { ...route.constraints, door: 'identity' }
  })
  app.addHook('onRequest', async (_, reply) => {
    reply.header('cache-control', 'no-store')
  })
  app.removeContentTypeParser('application/x-www-form-urlencoded')
  app.setErrorHandler((thrown, request, reply) => answerProblem(thrown, request, reply, deps.issuer))
  await app.register(
    async room => {
      for (const operation of operations) serveOperation(room, deps, operation)
      await docsRoutes(room, deps)
      strangeAddresses(room)
    },
    { prefix: PREFIX },
  )
}

/** What no operation has, in the dress of this API. */
function strangeAddresses(app: FastifyInstance): void {
  const known = operations.map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${PREFIX}${path.replace(/:[a-z]+/gi, '[^/]+')}$`),
  }))
  app.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/*',
    onRequest: async (request, reply) => {
      const path = request.url.split('?')[0]!
      const allowed = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
      if (allowed.length === 0) throw new AppError('not_found', 'There is nothing here.')
      reply.header('allow', allowed.join(', '))
      throw new AppError('method_not_allowed', `This address takes ${allowed.join(' and ')}.`)
    },
    handler: async () => {},
  })
}
