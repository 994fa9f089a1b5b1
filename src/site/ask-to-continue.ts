// "Continue as ada@example.com?": where the project's binding is `confirm`, a code that is not bound to this browser is
// spent by its reader's own answer, a POST from this very page. So nobody is signed in as somebody else by a link alone.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Code } from '../codes/code.ts'
import { findPresented, refuseCode } from '../codes/refuse-code.ts'
import { AppError } from '../errors.ts'
import { visitOf } from '../http/visit.ts'
import { loginPageOf } from '../projects/login-url/login-url.ts'
import type { Project } from '../projects/project.ts'
import { displayName, type Reader } from '../readers/reader.ts'
import { confirmPage } from './pages/confirm-page.ts'
import { notMePage } from './pages/not-me-page.ts'
import { answeredQuestion, beginQuestion, forgetQuestion } from './question-cookies.ts'
import { sendPage } from './send-page.ts'
import { currentSession, type SiteDeps } from './site-request.ts'
import { type Arrival, startAgainAt } from './wanted-page.ts'

interface Presented {
  readonly code: Code
  readonly reader: Reader
}

/** Shows the question; the code stays unspent. */
export async function askToContinue(
  deps: SiteDeps,
  project: Project,
  { code, reader }: Presented,
  arrival: Arrival,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const session = await currentSession(deps, request, project)
  const half = beginQuestion(reply, project, arrival.code)
  reply.header('x-trace-id', code.traceId)
  const view = {
    project,
    reader: { name: displayName(reader), email: reader.email },
    signedInAs: session && session.readerId !== reader.id ? session.reader.email : undefined,
    loginHost: new URL(loginPageOf(project, deps.issuer)).host,
    half,
    traceId: code.traceId,
  }
  // With no-referrer browsers would send `Origin: null` along with the answer; this one never shows the code either.
  return sendPage(reply, project, words => confirmPage({ words, ...view }), { referrer: 'strict-origin' })
}

/**
 * Reads the answer. @returns this browser's half of the question where the reader continues, else undefined: the answer
 * has been sent.
 * @throws AppError `access_denied` for an answer from another site.
 */
export async function readAnswer(
  deps: SiteDeps,
  project: Project,
  arrival: Arrival,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | undefined> {
  const text = arrival.code
  const { half, answer } = (request.body ?? {}) as Record<string, unknown>
  const crossSite = isCrossSite(request, project)
  const secret = crossSite ? undefined : answeredQuestion(request, project, text, half)
  if (secret === undefined) {
    await refuseCode(deps, project, text, 'confirm_forged', visitOf(request))
    const presented = await findPresented(deps.database.read, project, text)
    const open =
      presented && presented.code.redeemedAt === null && deps.clock.now() < presented.code.expiresAt
    // A page that was opened twice, or whose cookie is gone, asks again; another site's form gets nothing to work with.
    if (crossSite || !open || project.binding !== 'confirm')
      throw new AppError('access_denied', 'This answer did not come from the page that asked.', {
        reason: 'confirm_forged',
      })
    await askToContinue(deps, project, presented, arrival, request, reply.code(403))
    return undefined
  }
  if (answer === 'continue') {
    forgetQuestion(reply, project, text)
    return secret
  }
  const presented = await findPresented(deps.database.read, project, text)
  await refuseCode(deps, project, text, 'confirm_refused', visitOf(request))
  forgetQuestion(reply, project, text)
  const startAt = await startAgainAt(deps, project, request, arrival.query, presented?.code)
  sendPage(reply, project, words => notMePage({ words, project, startAt }))
  return undefined
}

/** Browsers name the origin of every POST. Programs without one have no cookies that somebody else could use. */
function isCrossSite(request: FastifyRequest, project: Project): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers
  return (
    (origin !== undefined && origin !== project.siteUrl) || (site !== undefined && site !== 'same-origin')
  )
}
