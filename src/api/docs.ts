// What the API says of itself: the OpenAPI document for programs, a page for people. Public: neither holds a secret,
// nor a name of any project.
import type { FastifyInstance } from 'fastify'
import { scopes } from '../administrators/principal.ts'
import { hasEntityTag } from '../http/entity-tag.ts'
import { statusOf } from '../http/errors.ts'
import { sha256 } from '../platform/hashing.ts'
import { apiAssets } from './assets/api-assets.ts'
import { openApiDocument } from './openapi.ts'
import type { ApiDeps } from './operation.ts'
import { operations } from './operations.ts'
import type { ApiDocument } from './pages/api-document.ts'
import { docsPage } from './pages/docs-page.ts'
import { titles } from './problem.ts'

export async function docsRoutes(app: FastifyInstance, { issuer, version }: ApiDeps): Promise<void> {
  const document = once(() => openApiDocument(operations, { issuer, version, prefix: app.prefix }))
  const text = once(() => JSON.stringify(document()))
  const page = once(() => docsPage({ document: document() as unknown as ApiDocument, problems, scopes }))

  app.get('/openapi.json', async (request, reply) => {
    const etag = `"${sha256(text()).toString('base64url')}"`
    reply.header('cache-control', 'public, max-age=300').header('etag', etag)
    if (hasEntityTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(text())
  })

  app.get('/docs', async (_, reply) =>
    reply
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'",
      )
      .header('cache-control', 'public, max-age=300')
      .type('text/html; charset=utf-8')
      .send(page()),
  )

  for (const { path, body, contentType, etag } of apiAssets) {
    app.get(path.slice(app.prefix.length), async (_, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('etag', etag)
        .type(contentType)
        .send(body),
    )
  }
}

const codes = Object.keys(titles) as (keyof typeof titles)[]
/** Those of an API with keys; the others are OAuth's. */
const problems = codes
  .filter(
    code => !['invalid_client', 'invalid_grant', 'unsupported_grant_type', 'invalid_scope'].includes(code),
  )
  .map(code => ({ code, status: statusOf({ code }), title: titles[code] }))

/** Made at the first use, and kept: it says the same until the next start. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
