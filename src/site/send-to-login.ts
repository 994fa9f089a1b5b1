import type { FastifyReply, FastifyRequest } from 'fastify'
import { recordStep } from '../audit/attempts.ts'
import { landingPath } from '../codes/landing-path.ts'
import { AppError } from '../errors.ts'
import { visitOf } from '../http/visit.ts'
import { loginUrlFor } from '../projects/login-url/login-url.ts'
import type { Project } from '../projects/project.ts'
import { endExpiredSession } from '../sessions/session-store.ts'
import { beginAttempt } from './attempt-cookies.ts'
import { uiLocalesIn } from './language-of-request.ts'
import { presentedSessionKey, type SiteDeps } from './site-request.ts'

/** Sends a browser without a session to the project's login URL, with the page that it wants (contract, section 2). */
export async function sendToLogin(
  deps: SiteDeps,
  project: Project,
  request: FastifyRequest,
  reply: FastifyReply,
  prompt?: 'login',
): Promise<FastifyReply> {
  if (!project.jwtEnabled) {
    throw new AppError('access_denied', 'Sign-in is switched off for this knowledge base at the moment.', {
      reason: 'jwt_off',
    })
  }
  const path = landingPath(request.raw.url) ?? '/'
  const begins = isNavigation(request)
  const attempt = begins && {
    state: request.id,
    codeChallenge: beginAttempt(request, reply, project, request.id),
  }
  if (begins) await recordRedirect(deps, project, request, path)
  const uiLocales = uiLocalesIn(request.query)
  const url = loginUrlFor(project, deps.issuer, { path, prompt, uiLocales, ...(attempt && { attempt }) })
  return reply.header('cache-control', 'no-store').redirect(url, 302)
}

/** An image or a script of a page begins no sign-in of its own; browsers say what a request is for. */
function isNavigation(request: FastifyRequest): boolean {
  const destination = request.headers['sec-fetch-dest']
  return (
    request.method === 'GET' &&
    (destination === undefined || destination === 'document' || destination === 'iframe')
  )
}

async function recordRedirect(
  deps: SiteDeps,
  project: Project,
  request: FastifyRequest,
  path: string,
): Promise<void> {
  // Anybody can cause this step without credentials, so an address writes only so many of them.
  if ((await deps.strangers.wait(request.ip, `redirect ${project.id}`)) > 0) return
  await deps.strangers.count(request.ip, `redirect ${project.id}`)
  const now = deps.clock.now()
  const stale = presentedSessionKey(request, project)
  await deps.database.write(async tx => {
    if (stale) await endExpiredSession(tx, stale, now)
    await recordStep(tx, {
      ...visitOf(request),
      projectId: project.id,
      at: now,
      step: 'redirect',
      outcome: 'passed',
      reason: null,
      reader: null,
      detail: { path: path.split('?')[0] },
    })
  })
}
