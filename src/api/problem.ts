// The third dress of an error (RFC 9457): problem details, for programs that talk to the admin API.
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { ErrorCode } from '../errors.ts'
import { logFailure, statusOf, toAppError } from '../http/errors.ts'
import { strict, traceId } from './fields.ts'

/** What each kind of problem is called. */
export const titles: Record<ErrorCode, string> = {
  invalid_request: 'The request is wrong',
  invalid_client: 'The client is unknown',
  invalid_grant: 'The grant is worth nothing',
  invalid_token: 'No valid API key',
  unsupported_grant_type: 'The grant type is unknown',
  invalid_scope: 'The scope is unknown',
  access_denied: 'Not allowed',
  not_found: 'Not found',
  method_not_allowed: 'The method is not taken here',
  conflict: 'In conflict with what is there',
  idempotency_key_reused: 'The idempotency key was used for something else',
  precondition_failed: 'Changed by somebody else',
  payload_too_large: 'The body is too large',
  unsupported_media_type: 'The content type is not taken here',
  slow_down: 'Too many wrong requests',
  temporarily_unavailable: 'Out of order for a moment',
  server_error: 'A fault of the server',
}

export const Problem = strict(
  {
    type: Type.String({
      description: 'The kind of problem, an address of this page.',
      examples: ['https://id.example.com/api/v1/docs#problem-not_found'],
    }),
    title: Type.String({ examples: ['Not found'] }),
    status: Type.Integer({ examples: [404] }),
    code: Type.String({ description: 'The kind of problem as one word.', examples: ['not_found'] }),
    detail: Type.String({
      description: 'What is wrong, for people.',
      examples: ['There is no project acme.'],
    }),
    instance: Type.String({ description: 'What was asked for.', examples: ['/api/v1/projects/acme'] }),
    traceId,
    errors: Type.Optional(
      Type.Array(
        strict({
          field: Type.String({ examples: ['siteUrl'] }),
          problem: Type.String({ examples: ['is missing'] }),
          place: Type.Optional(
            strict(
              { line: Type.Integer({ examples: [3] }), column: Type.Integer({ examples: [5] }) },
              { description: 'Where in a file.' },
            ),
          ),
        }),
        { description: 'Every field that is wrong, all at once.' },
      ),
    ),
  },
  { $id: 'Problem', title: 'Problem', description: 'What went wrong (RFC 9457).' },
)

/** Answers whatever was thrown. */
export function answerProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  issuer: string,
): FastifyReply {
  const error = toAppError(thrown)
  logFailure(error, request)
  if (error.code === 'invalid_token') reply.header('www-authenticate', challenge(request))
  if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
  const traceId = error.traceId ?? request.id
  const status = statusOf(error)
  return reply
    .code(status)
    .header('x-trace-id', traceId)
    .type('application/problem+json')
    .send({
      type: `${issuer}/api/v1/docs#problem-${error.code}`,
      title: titles[error.code],
      status,
      code: error.code,
      detail: error.message,
      instance: request.url.split('?')[0],
      traceId,
      ...(error.fields && { errors: error.fields }),
    })
}

// Who sent nothing is told how to; who sent something, that it is worth nothing (RFC 6750, section 3.1).
function challenge(request: FastifyRequest): string {
  const realm = 'Bearer realm="gatepass admin api"'
  return request.headers.authorization === undefined ? realm : `${realm}, error="invalid_token"`
}
