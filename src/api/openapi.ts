// The OpenAPI 3.1 document, made of the operations as they are served.
import type { TSchema } from 'typebox'
import type { ErrorCode } from '../errors.ts'
import { statusOf } from '../http/errors.ts'
import { type Operation, type Tag, tags } from './operation.ts'
import { Problem, titles } from './problem.ts'
import { toReferences } from './references.ts'

type Json = Record<string, unknown>

interface About {
  readonly issuer: string
  readonly version: string
  /** Path of the API. */
  readonly prefix: string
}

export function openApiDocument(operations: readonly Operation[], { issuer, version, prefix }: About): Json {
  const schemas: Json = {}
  const paths: Record<string, Json> = {}
  const refer = (schema: TSchema) => toReferences(schema, schemas) as Json
  for (const operation of operations) {
    const path = prefix + operation.path.replace(/:([a-z]+)/gi, '{$1}')
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, refer) }
  }
  refer(Problem)
  const used = new Set<Tag>(operations.map(operation => operation.tag))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Gatepass admin API',
      version,
      summary: 'Everything that the console does, for programs.',
      description: introduction,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: issuer }],
    tags: Object.entries(tags)
      .filter(([name]) => used.has(name as Tag))
      .map(([name, description]) => ({ name, description })),
    security: [{ apiKey: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, `gpk_...`, in the header alone.',
        },
      },
    },
  }
}

const introduction = [
  'Send an API key as `Authorization: Bearer gpk_...`. A key has scopes, and is for all projects or for some.',
  'Moments are seconds since the epoch. Lists answer `items` and `next`: send `next` back as `cursor`.',
  'A creating request takes `Idempotency-Key`: sent again within 24 hours it gets the same answer, and makes nothing twice.',
  'What has a `version` takes `If-Match: "version"` with a change, and refuses it where somebody else was faster.',
].join('\n\n')

function describe(operation: Operation, refer: (schema: TSchema) => Json): Json {
  const { id, tag, summary, description, scope, allProjects, body } = operation
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    security: [{ apiKey: scope === null ? [] : [scope] }],
    ...(allProjects && { 'x-all-projects': true }),
    parameters: parametersOf(operation, refer),
    ...(body && {
      requestBody: {
        required: (body.required?.length ?? 0) > 0 || 'minProperties' in body,
        content: { 'application/json': { schema: refer(body) } },
      },
    }),
    responses: responsesOf(operation, refer),
  }
}

function parametersOf(
  { path, query, creates, versioned }: Operation,
  refer: (schema: TSchema) => Json,
): Json[] {
  const inPath = [...path.matchAll(/:([a-z]+)/gi)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: pathParameters[name!],
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(query?.properties ?? {}).map(([name, schema]) => {
    const { description, ...rest } = refer(schema as TSchema)
    const required = (query?.required as string[] | undefined)?.includes(name) ?? false
    return { name, in: 'query', required, description, schema: rest }
  })
  return [
    ...inPath,
    ...inQuery,
    ...(creates ? [header('Idempotency-Key', 'A new one for each thing to make, such as a UUID.')] : []),
    ...(versioned ? [header('If-Match', 'The version that you looked at, such as `"3"`.')] : []),
  ]
}

const pathParameters: Record<string, string> = {
  project: 'Slug of the project.',
  client: 'Client ID.',
  secret: 'ID of the secret.',
  group: 'Slug or ID of the group.',
  reader: 'ID or external ID of the reader.',
  sid: '`sid` of the session.',
  notice: 'ID of the notice.',
  traceId: 'Trace ID of the sign-in.',
  kid: 'ID of the key.',
  administrator: 'ID of the administrator.',
  key: 'ID of the API key.',
}

function header(name: string, description: string): Json {
  return { name, in: 'header', required: false, description, schema: { type: 'string' } }
}

/** The refusals that an operation can answer with. */
export function refusalsOf(operation: Operation): ErrorCode[] {
  const { method, path, query, body, creates, versioned, scope, refuses = [] } = operation
  const writes = method !== 'GET'
  const codes: (ErrorCode | false | undefined)[] = [
    (query ?? body ?? creates ?? versioned) !== undefined && 'invalid_request',
    'invalid_token',
    scope !== null && 'access_denied',
    path.includes(':') && 'not_found',
    writes && 'conflict',
    versioned && 'precondition_failed',
    body && 'payload_too_large',
    body && 'unsupported_media_type',
    creates && 'idempotency_key_reused',
    'slow_down',
    'temporarily_unavailable',
    ...refuses,
  ]
  return codes.filter(code => typeof code === 'string')
}

function responsesOf(operation: Operation, refer: (schema: TSchema) => Json): Json {
  const { status, answer } = operation
  const done: Json =
    status === 204
      ? { description: 'Done.' }
      : { description: 'Done.', content: { 'application/json': { schema: refer(answer) } } }
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const refusals = refusalsOf(operation).map(code => [
    statusOf({ code }),
    { description: titles[code], content: problem },
  ])
  return { [status]: done, ...Object.fromEntries(refusals) }
}
