// One table from error codes to HTTP, and the one place that turns whatever was thrown into an AppError.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { storageFailure } from '../db/storage-failures.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import { describeProblems } from '../platform/schema-problems.ts'

const statuses: Record<ErrorCode, number> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_token: 401,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  access_denied: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  idempotency_key_reused: 422,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  slow_down: 429,
  temporarily_unavailable: 503,
  server_error: 500,
}

export function statusOf(error: Pick<AppError, 'code'>): number {
  return statuses[error.code]
}

/** The AppError that a thrown value stands for; what nobody foresaw becomes `server_error` with the cause inside. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const failure = storageFailure(error)
  if (failure) return failure
  const { code, validation, statusCode } = error as Partial<FastifyError>
  if (validation) {
    return new AppError('invalid_request', 'Fields of the request are missing or wrong.', {
      fields: describeProblems(validation),
      reason: 'payload_invalid',
    })
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new AppError('payload_too_large', 'The body is larger than 64 KiB.', { reason: 'body_unreadable' })
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new AppError(
      'unsupported_media_type',
      'This content type is not taken here: send application/json, to /oauth/ application/x-www-form-urlencoded.',
      {
        reason: 'body_unreadable',
      },
    )
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AppError('invalid_request', 'The request cannot be read.', {
      reason: 'body_unreadable',
      cause: error,
    })
  }
  return new AppError('server_error', 'Something went wrong here; the trace ID leads to it in the log.', {
    cause: error,
  })
}

/** OAuth's dress (RFC 6749, section 5.2) with `trace_id`, and `errors` where fields are wrong. */
export function answerOAuthError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = toAppError(thrown)
  logFailure(error, request)
  if (error.code === 'invalid_client')
    reply.header('www-authenticate', 'Basic realm="gatepass", charset="UTF-8"')
  if (error.code === 'invalid_token') reply.header('www-authenticate', 'Bearer error="invalid_token"')
  if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
  const traceId = error.traceId ?? request.id
  reply.header('x-trace-id', traceId)
  return reply.code(statusOf(error)).send({
    error: error.code,
    error_description: error.message,
    ...(error.fields && { errors: error.fields }),
    trace_id: traceId,
  })
}

/** Faults of ours go to the log with their cause; refusals are in the attempt timeline. */
export function logFailure(error: AppError, request: FastifyRequest): void {
  if (statusOf(error) < 500) return
  const { method, routeOptions } = request
  request.log.error({ err: error.cause ?? error, method, route: routeOptions.url }, error.message)
}
