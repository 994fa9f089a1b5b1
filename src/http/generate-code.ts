// Code generation (contract, section 1): the door that login endpoints push their reader through.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { recordRefusal } from '../audit/attempts.ts'
import { dryRun } from '../codes/dry-run.ts'
import { generateCode } from '../codes/generate-code.ts'
import { pushSchema, toPush } from '../codes/push-payload.ts'
import { AppError } from '../errors.ts'
import type { AuthenticatedClient } from '../projects/client-secrets.ts'
import { admitLoginClient } from './admit-client.ts'
import type { Core } from './core.ts'
import { toAppError } from './errors.ts'
import { visitOf } from './visit.ts'

const Query = Type.Object({
  dryRun: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
})

const admitted = new WeakMap<FastifyRequest, AuthenticatedClient>()

export async function generateCodeRoutes(app: FastifyInstance, core: Core): Promise<void> {
  for (const url of ['/jwt/generateCode', '/api/jwt/generate-code']) {
    app.post<{ Body: Static<typeof pushSchema>; Querystring: Static<typeof Query> }>(url, {
      schema: { body: pushSchema, querystring: Query },
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
        const push = toPush(request.body)
        if (request.query.dryRun === 'true') return await dryRun(core, client, push, visitOf(request))
        const generated = await generateCode(core, client, push, visitOf(request))
        reply.header('x-trace-id', generated.traceId)
        return generated
      },
    })
  }
}

/** Tells in the timeline what never reached the rule: a body that cannot be read, or that breaks its schema. */
export async function recordUnread(
  core: Core,
  { client }: AuthenticatedClient,
  request: FastifyRequest,
  error: AppError,
): Promise<void> {
  const detail = error.fields ? { fields: error.fields } : { problem: error.message }
  const told = new AppError(error.code, error.message, { reason: error.reason ?? 'body_unreadable', detail })
  const about = {
    step: 'code',
    projectId: client.project.id,
    reader: claimedReader(request.body),
    at: core.clock.now(),
  } as const
  await recordRefusal(core.database, visitOf(request), about, told)
}

/** Whom a body speaks of that breaks the schema somewhere: who looks for a reader that cannot sign in has this name. */
function claimedReader(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const { externalId, emailId, rev_info: revInfo } = body as Record<string, unknown>
  const { user_ref: userRef, user_traits: traits } = (revInfo ?? {}) as Record<string, unknown>
  const claimed =
    externalId ?? emailId ?? userRef ?? (traits as { email?: unknown } | null | undefined)?.email
  return typeof claimed === 'string' ? claimed.slice(0, 320) : null
}
