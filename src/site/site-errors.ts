import type { FastifyReply, FastifyRequest } from 'fastify'
import { landingPath } from '../codes/landing-path.ts'
import type { AppError } from '../errors.ts'
import { logFailure, statusOf, toAppError } from '../http/errors.ts'
import type { Project } from '../projects/project.ts'
import { type ErrorPage, errorPage } from './pages/error-page.ts'
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
  const action = { href: startAt, label: 'Start again' }
  return sendPage(reply, project, errorPage({ ...wording(error), traceId, action, project }))
}

function wording(error: AppError): Pick<ErrorPage, 'title' | 'sentence' | 'probably'> {
  if (error.code === 'invalid_grant') {
    return {
      title: 'Invalid authentication code',
      sentence: 'You could not be signed in with this link.',
      probably: [probableCause(error.reason)],
    }
  }
  if (error.code === 'not_found') return { title: 'Page not found', sentence: error.message }
  if (error.code === 'access_denied') return { title: 'This is closed', sentence: error.message }
  if (error.code === 'temporarily_unavailable' || error.code === 'server_error') {
    return { title: 'Not your fault', sentence: error.message }
  }
  return { title: 'That did not work', sentence: error.message }
}

function probableCause(reason: string | undefined): string {
  switch (reason) {
    case 'code_expired':
      return 'The link was opened too late: it is good for one minute.'
    case 'code_used':
      return 'The link was used before. Each one works once; signing in again makes a new one.'
    case 'verifier_missing':
    case 'verifier_wrong':
      return 'The sign-in was begun in another browser or too long ago.'
    case 'not_begun_here':
      return 'A sign-in to this knowledge base has to begin at the knowledge base itself, in this browser.'
    case 'reader_blocked':
      return 'Your access to this knowledge base was taken back. Ask whoever looks after it.'
    case 'jwt_off':
      return 'Sign-in to this knowledge base is switched off at the moment.'
    case 'secret_revoked_since':
      return 'The connection between your application and this knowledge base was renewed in this very minute.'
    default:
      return 'The link was cut off or changed on its way.'
  }
}

/** The page that the reader wanted, where the request still says so; opening it begins a new sign-in. */
function wantedPage(request: FastifyRequest): string {
  const query = (request.query ?? {}) as Record<string, unknown>
  return landingPath(query.redirectUrl ?? query.RedirectUrl ?? query.RedirectPath) ?? '/'
}
