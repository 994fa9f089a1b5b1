import type { FastifyInstance } from 'fastify'
import { findProjectOfCode } from '../codes/find-project-of-code.ts'
import { AppError } from '../errors.ts'
import { callbackUrl } from '../projects/project.ts'
import type { Core } from './core.ts'

/**
 * A browser that brings its code to the identity server instead of the site is sent on, code unspent
 * (contract, section 2): some login endpoints were written with one host for both.
 */
export async function misplacedCallbackRoutes(app: FastifyInstance, core: Core): Promise<void> {
  app.get<{ Querystring: { code?: string | string[] } }>('/jwt/authorize', async (request, reply) => {
    const { code } = request.query
    const project =
      typeof code === 'string' && (await findProjectOfCode(core.database.read, core.registry, code))
    if (!project)
      throw new AppError('invalid_grant', 'This code is unknown here.', { reason: 'code_unknown' })
    const query = request.raw.url!.slice(request.raw.url!.indexOf('?'))
    return reply.header('referrer-policy', 'no-referrer').redirect(callbackUrl(project) + query, 302)
  })
}
