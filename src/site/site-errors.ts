import type { FastifyReply, FastifyRequest } from 'fastify'
import { landingPath } from '../codes/landing-path.ts'
import { logFailure, statusOf, toAppError } from '../http/errors.ts'
import type { Project } from '../projects/project.ts'
import { explainError } from './explain-error.ts'
import { errorPage } from './pages/error-page.ts'
import { sendPage } from './send-page.ts'

/** The dress of errors that people see: plain words, the trace ID, and one way on. */
export function answerWithErrorPage(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  project: Project | undefined,
  startAt = wantedPage(request),
): FastifyReply {
  const error = toAppError(thrown)
  logFailure(error, request)
  if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
  reply.code(statusOf(error))
  const traceId = error.traceId ?? request.id
  reply.header('x-trace-id', traceId)
  return sendPage(reply, project, words =>
    errorPage({ words, ...explainError(error, words), traceId, startAt, project }),
  )
}

/** The page that the reader wanted, where the request still says so; opening it begins a new sign-in. */
export function wantedPage(request: FastifyRequest): string {
  const query = (request.query ?? {}) as Record<string, unknown>
  return landingPath(query.redirectUrl ?? query.RedirectUrl ?? query.RedirectPath) ?? '/'
}
