// What any OpenID Connect client finds by itself: metadata, keys, userinfo.
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import { discoveryDocument } from '../oidc/discovery.ts'
import { userinfo } from '../oidc/userinfo.ts'
import type { Core } from './core.ts'

const CACHEABLE = 'public, max-age=300'

export async function openidRoutes(app: FastifyInstance, core: Core): Promise<void> {
  const metadata = JSON.stringify(discoveryDocument(core.issuer))

  for (const url of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
    app.get(url, async (_, reply) =>
      reply.header('cache-control', CACHEABLE).type('application/json').send(metadata),
    )
  }

  app.get('/.well-known/jwks.json', async (_, reply) =>
    reply
      .header('cache-control', CACHEABLE)
      .type('application/json')
      .send(await core.keys.jwks()),
  )

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
