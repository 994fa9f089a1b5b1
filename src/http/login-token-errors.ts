import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { AppError, ErrorCode } from '../errors.ts'
import { logFailure, statusOf, toAppError } from './errors.ts'

const types: Partial<Record<ErrorCode, string>> = {
  invalid_client: 'unauthenticated',
  access_denied: 'forbidden',
  not_found: 'not_found',
  conflict: 'conflict',
  payload_too_large: 'request_entity_too_large',
  unsupported_media_type: 'invalid_content_type',
  slow_down: 'too_many_requests',
  temporarily_unavailable: 'service_unavailable',
  server_error: 'internal_error',
}

/** The dress that clients of login tokens know (contract, section 5): `type`, `message`, `detail`. */
export function answerLoginTokenError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = toAppError(thrown)
  logFailure(error, request)
  if (error.code === 'invalid_client') reply.header('www-authenticate', 'Bearer realm="gatepass"')
  if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
  const traceId = error.traceId ?? request.id
  const fields = error.fields?.map(({ field, problem }) => `${field} ${problem}`)
  return reply
    .code(statusOf(error))
    .header('x-trace-id', traceId)
    .send({
      type: types[error.code] ?? typeOfBadRequest(error, thrown),
      message: error.message,
      detail: [...(fields ?? []), `Trace ID ${traceId}`].join('; '),
    })
}

/** What is missing comes before what is no known value, and both before what cannot be read as what it should be. */
function typeOfBadRequest(error: AppError, thrown: unknown): string {
  if (error.fields?.some(({ problem }) => problem.startsWith('is missing'))) return 'missing_required_field'
  const { validation = [] } = thrown as Partial<FastifyError>
  return validation.some(({ keyword }) => keyword === 'const' || keyword === 'enum')
    ? 'invalid_enum_value'
    : 'parse_error'
}
