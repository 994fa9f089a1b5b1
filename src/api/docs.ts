// What the API says of itself: the OpenAPI document for programs, a page for people. Public: neither holds a secret,
// nor a name of any project.
import type { FastifyInstance } from 'fastify'
import { hasEntityTag } from '../http/entity-tag.ts'
import { sha256 } from '../platform/hashing.ts'
import { openApiDocument } from './openapi.ts'
import type { ApiDeps } from './operation.ts'
import { operations } from './operations.ts'

export async function docsRoutes(app: FastifyInstance, { issuer, version }: ApiDeps): Promise<void> {
  let cached: { text: string; etag: string } | undefined
  const document = () => {
    if (cached) return cached
    const text = JSON.stringify(openApiDocument(operations, { issuer, version, prefix: app.prefix }))
    cached = { text, etag: `"${sha256(text).toString('base64url')}"` }
    return cached
  }

  app.get('/openapi.json', async (request, reply) => {
    const { text, etag } = document()
    reply.header('cache-control', 'public, max-age=300').header('etag', etag)
    if (hasEntityTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(text)
  })
}
