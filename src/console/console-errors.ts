import type { FastifyReply, FastifyRequest } from 'fastify'
import { logFailure, statusOf, toAppError } from '../http/errors.ts'
import { errorPage } from './pages/error-page.ts'
import { sendPage } from './send-page.ts'

/** The dress of errors at the console. */
export function answerWithConsolePage(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = toAppError(thrown)
  logFailure(error, request)
  if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
  const status = statusOf(error)
  reply.code(status)
  return sendPage(reply, errorPage({ status, sentence: error.message, traceId: request.id }))
}
