// What any OpenID Connect client finds by itself: metadata, keys, userinfo.
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import { JWKS_MAX_AGE } from '../keys/key-schedule.ts'
import { discoveryDocument } from '../oidc/discovery.ts'
import { userinfo } from '../oidc/userinfo.ts'
import type { Core } from './core.ts'
import { hasEntityTag } from './entity-tag.ts'

const CACHEABLE = 'public, max-age=300'

export async function openidRoutes(app: FastifyInstance, core: Core): Promise<void> {
  const metadata = JSON.stringify(discoveryDocument(core.issuer))

  for (const url of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
    app.get(url, async (_, reply) =>
      reply.header('cache-control', CACHEABLE).type('application/json').send(metadata),
    )
  }

  app.get('/.well-known/jwks.json', async (request, reply) => {
    const { text, etag } = await core.keys.jwks()
    // The schedule of keys counts on no cache keeping this for longer.
    reply.header('cache-control', `public, max-age=${JWKS_MAX_AGE}`).header('etag', etag)
    if (hasEntityTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.type('application/json').send(text)
  })

  app.route({
    method: ['GET', 'POST'],
    url: '/oauth/userinfo',
    handler: async request => {
      const token = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
      if (!token) throw new AppError('invalid_token', 'Send the access token as `Authorization: Bearer`.')
      return await userinfo(core, token)
    },
  })
}
