import type { FastifyInstance } from 'fastify'
import { assets } from './assets/site-assets.ts'

/** The files that our pages refer to: public, and named by their content, so they are kept for ever. */
export async function assetRoutes(app: FastifyInstance): Promise<void> {
  for (const asset of assets) {
    app.get(asset.path, async (_, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('etag', asset.etag)
        .type(asset.contentType)
        .send(asset.body),
    )
  }
}
