import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError, ErrorCode } from '../errors.ts'
import { logFailure, toAppError } from './errors.ts'

/** Statuses in the words that clients of the account API compare with (contract, section 8). */
const statuses = {
  200: 'OK',
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
} as const

/** What is not here is a bad request. */
const statusOfCode: Partial<Record<ErrorCode, keyof typeof statuses>> = {
  access_denied: 401,
  invalid_token: 401,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  unsupported_media_type: 415,
  slow_down: 429,
  temporarily_unavailable: 503,
  server_error: 500,
}

export function answerAccount(
  request: FastifyRequest,
  reply: FastifyReply,
  more: Readonly<Record<string, string>> = {},
): FastifyReply {
  return send(request, reply, 200, more)
}

/** The dress of this API: `path`, `status`, and `error` in words for people. */
export function answerAccountError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = toAppError(thrown)
  logFailure(error, request)
  if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
  return send(request, reply, statusOfCode[error.code] ?? 400, { error: wordsOf(error) })
}

function wordsOf({ code, message, fields = [] }: AppError): string {
  if (fields.length === 0) {
    return code === 'unsupported_media_type' ? 'Send JSON: Content-Type: application/json.' : message
  }
  return `${fields.map(({ field, problem }) => `${field} ${problem}`).join('; ')}.`
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  status: keyof typeof statuses,
  more: Readonly<Record<string, string>>,
): FastifyReply {
  return reply
    .code(status)
    .send({ path: request.url.split('?')[0], status: `${status} ${statuses[status]}`, ...more })
}
