// What services ask with the token that they were handed (contract, section 7); asking keeps the sign-in alive.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { answerOAuthError } from '../http/errors.ts'
import { visitOf } from '../http/visit.ts'
import { readSsoUser } from '../upstream/accounts/read-sso-user.ts'
import { type Fields, field } from './login-form.ts'
import { mayTell } from './may-tell.ts'

export async function ssoUserRoutes(app: FastifyInstance, core: Core): Promise<void> {
  // Programs read these answers.
  app.setErrorHandler(answerOAuthError)

  app.get<{ Querystring: Fields }>('/user', { exposeHeadRoute: false }, (request, reply) =>
    answer(request, reply, field(request.query, 'ssoToken') ?? field(request.query, 'ssoSessionId') ?? ''),
  )
  app.get<{ Params: { token: string } }>('/id.json/:token', { exposeHeadRoute: false }, (request, reply) =>
    answer(request, reply, request.params.token),
  )

  async function answer(request: FastifyRequest, reply: FastifyReply, token: string): Promise<FastifyReply> {
    try {
      const origin = request.headers.origin ?? null
      return reply.send(
        await readSsoUser(core, { token, origin }, visitOf(request), project =>
          mayTell(core, request, `user ${project?.id ?? ''}`),
        ),
      )
    } catch (refusal) {
      if (!(refusal instanceof AppError) || refusal.code !== 'invalid_token') throw refusal
      if (refusal.traceId !== undefined) reply.header('x-trace-id', refusal.traceId)
      return reply.code(401).send({ error: 'invalid_session' })
    }
  }
}
