// Code generation (contract, section 1): the door that login endpoints push their reader through.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { recordRefusal } from '../audit/attempts.ts'
import { dryRun, generateCode } from '../codes/generate-code.ts'
import { AppError } from '../errors.ts'
import type { AuthenticatedClient } from '../projects/client-secrets.ts'
import { admitLoginClient } from './admit-client.ts'
import type { Core } from './core.ts'
import { toAppError } from './errors.ts'
import { visitOf } from './visit.ts'

// Control characters, lone surrogates, and the marks that turn the direction of what follows.
const refused = '\\p{Cc}\\p{Cs}\\u202a-\\u202e\\u2066-\\u2069'
const problem =
  'must not be blank, nor have control characters, lone surrogates or marks that change text direction'
const name = (minLength: number, maxLength: number) =>
  Type.String({
    minLength,
    maxLength,
    pattern: minLength > 0 ? `^(?=[^]*\\S)[^${refused}]*$` : `^[^${refused}]*$`,
    problem,
  })

const Body = Type.Object({
  username: name(1, 256),
  firstName: Type.Optional(name(0, 256)),
  lastName: Type.Optional(name(0, 256)),
  emailId: name(1, 320),
  readerGroupIds: Type.Optional(Type.Array(name(1, 128), { maxItems: 1000 })),
  tokenValidity: Type.Optional(Type.Integer()),
  providerName: Type.Optional(name(0, 256)),
  externalId: Type.Optional(name(1, 256)),
  state: Type.Optional(name(0, 512)),
  codeChallenge: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      problem: 'must be 43 base64url characters: the S256 of the verifier',
    }),
  ),
  codeChallengeMethod: Type.Optional(Type.Literal('S256')),
  redirectUrl: Type.Optional(Type.String({ maxLength: 2048 })),
})
const Query = Type.Object({
  dryRun: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
})

const fields = new Set(Object.keys(Body.properties))
const admitted = new WeakMap<FastifyRequest, AuthenticatedClient>()

export async function generateCodeRoutes(app: FastifyInstance, core: Core): Promise<void> {
  for (const url of ['/jwt/generateCode', '/api/jwt/generate-code']) {
    app.post<{ Body: Static<typeof Body>; Querystring: Static<typeof Query> }>(url, {
      schema: { body: Body, querystring: Query },
      // Who asks is settled before the body is read: strangers learn nothing about it.
      onRequest: async request => {
        admitted.set(request, await admitLoginClient(core, request))
      },
      errorHandler: async (thrown, request) => {
        const client = admitted.get(request)
        const error = toAppError(thrown)
        const isDryRun = (request.query as Static<typeof Query>).dryRun === 'true'
        // What the rule refused it has recorded; what never reached it is recorded here.
        if (client && !isDryRun && !(thrown instanceof AppError && thrown.reason !== 'body_unreadable')) {
          await recordUnread(core, client, request, error)
        }
        throw error
      },
      handler: async (request, reply) => {
        const client = admitted.get(request)!
        const push = { ...request.body, unknownFields: unknownFields(request.body) }
        if (request.query.dryRun === 'true') return await dryRun(core, client, push, visitOf(request))
        const generated = await generateCode(core, client, push, visitOf(request))
        reply.header('x-trace-id', generated.traceId)
        return generated
      },
    })
  }
}

function unknownFields(body: object): string[] {
  return Object.keys(body)
    .filter(field => !fields.has(field))
    .map(field => field.slice(0, 64).replace(/\p{Cc}/gu, '?'))
    .slice(0, 20)
}

async function recordUnread(
  core: Core,
  { client }: AuthenticatedClient,
  request: FastifyRequest,
  error: AppError,
): Promise<void> {
  const detail = error.fields ? { fields: error.fields } : { problem: error.message }
  const told = new AppError(error.code, error.message, { reason: error.reason ?? 'body_unreadable', detail })
  const about = { step: 'code', projectId: client.project.id, reader: null, at: core.clock.now() } as const
  await recordRefusal(core.database, visitOf(request), about, told)
}
