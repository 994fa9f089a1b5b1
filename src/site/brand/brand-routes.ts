import type { FastifyInstance } from 'fastify'
import { AppError } from '../../errors.ts'
import { brandPath, brandStylesheet } from './brand-stylesheet.ts'

/** The stylesheet of any accent colour, public. */
export async function brandRoutes(app: FastifyInstance): Promise<void> {
  app.get<{ Params: { file: string } }>('/gate/brand/:file', async (request, reply) => {
    const colour = `#${request.params.file.slice(0, 6)}`
    if (!/^#[0-9a-f]{6}$/.test(colour) || brandPath(colour) !== `/gate/brand/${request.params.file}`)
      throw new AppError('not_found', 'There is nothing here.')
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .type('text/css; charset=utf-8')
      .send(brandStylesheet(colour))
  })
}
