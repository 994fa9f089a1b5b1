// How an operation meets a request: who asks is settled before the body is read, then the schemas, then the rule.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TObject } from 'typebox'
import { type Answer, answerOnce } from '../administrators/answer-once.ts'
import type { Database } from '../db/database.ts'
import { visitOf } from '../http/visit.ts'
import { type Admitted, admitKey } from './admit-key.ts'
import { readExpectedVersion, readIdempotencyKey } from './headers.ts'
import type { ApiDeps, Operation } from './operation.ts'

const admitted = new WeakMap<FastifyRequest, Admitted>()

export function serveOperation(app: FastifyInstance, deps: ApiDeps, operation: Operation): void {
  const { method, path, query, body, id } = operation
  app.route({
    method,
    url: path,
    config: { operationId: id },
    schema: { ...(query && { querystring: query }), ...(body && { body }) },
    onRequest: async request => {
      admitted.set(request, await admitKey(deps, operation, request))
    },
    preValidation: async request => {
      if (query) request.query = readTypes(request.query as Record<string, unknown>, query)
      // Without a body every field of it is missing, and named.
      if (body && request.body === undefined) request.body = {}
    },
    handler: async (request, reply) => send(reply, await answer(deps, operation, request)),
  })
}

async function answer(deps: ApiDeps, operation: Operation, request: FastifyRequest): Promise<Answer> {
  const { principal, bearer, project } = admitted.get(request)!
  const { project: _, ...params } = request.params as Record<string, string>
  const expectedVersion = operation.versioned ? readExpectedVersion(request.headers['if-match']) : undefined
  const work = async (database: Database): Promise<Answer> =>
    toAnswer(
      operation,
      await operation.handle({
        deps: { ...deps, database },
        principal,
        project: project!,
        params,
        query: request.query,
        body: request.body,
        expectedVersion,
        visit: visitOf(request),
      }),
    )
  const idempotencyKey = operation.creates && readIdempotencyKey(request.headers['idempotency-key'])
  if (!idempotencyKey) return await work(deps.database)
  const once = {
    apiKeyId: principal.id,
    bearer,
    idempotencyKey,
    request: `${request.method} ${request.url} ${JSON.stringify(request.body ?? null)}`,
  }
  const { answer, replayed } = await answerOnce(deps, once, work)
  return replayed ? { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } } : answer
}

function toAnswer({ status }: Operation, result: unknown): Answer {
  const version = (result as { version?: number } | null)?.version
  return {
    status,
    headers: typeof version === 'number' ? { etag: `"${version}"` } : {},
    body: status === 204 ? '' : JSON.stringify(result),
  }
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  return status === 204 ? reply.send() : reply.type('application/json; charset=utf-8').send(body)
}

/** A query has strings only: those that are to be numbers or switches become so, where they are spelt as such. */
function readTypes(query: Record<string, unknown>, schema: TObject): Record<string, unknown> {
  const read = (name: string, value: unknown): unknown => {
    const type = (schema.properties[name] as { type?: string } | undefined)?.type
    if (type === 'integer' && typeof value === 'string' && /^-?(0|[1-9]\d{0,14})$/.test(value))
      return Number(value)
    if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
    return value
  }
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, read(name, value)]))
}
