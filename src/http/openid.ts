// What any OpenID Connect client finds by itself: metadata, keys, userinfo.
import type { FastifyInstance, FastifyRequest } from 'fastify'
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
      reply
        .header('cache-control', CACHEABLE)
        .header('access-control-allow-origin', '*')
        .type('application/json')
        .send(metadata),
    )
  }

  app.get('/.well-known/jwks.json', async (request, reply) => {
    const { text, etag } = await core.keys.jwks()
    // The schedule of keys counts on no cache keeping this for longer.
    reply
      .header('cache-control', `public, max-age=${JWKS_MAX_AGE}`)
      .header('etag', etag)
      .header('access-control-allow-origin', '*')
    if (hasEntityTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.type('application/json').send(text)
  })

  app.route({
    method: ['GET', 'POST'],
    url: '/oauth/userinfo',
    handler: async (request: FastifyRequest<{ Body: unknown }>) => {
      return await userinfo(core, readAccessToken(request))
    },
  })
}

/** From the header, or from the form of a POST (RFC 6750, sections 2.1 and 2.2), never from both and never from a URL. */
function readAccessToken(request: FastifyRequest<{ Body: unknown }>): string {
  const { authorization, 'content-type': type = '' } = request.headers
  const isForm = type.toLowerCase().startsWith('application/x-www-form-urlencoded')
  const inForm = isForm ? (request.body as Record<string, string> | undefined)?.access_token : undefined
  if (inForm !== undefined && authorization !== undefined) {
    throw new AppError('invalid_request', 'The access token is sent twice: in the header and in the form.')
  }
  const token = inForm ?? /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  if (!token) throw new AppError('invalid_token', 'Send the access token as `Authorization: Bearer`.')
  return token
}
