// Entering a site with a code: the browser leaves with a session, or with a page that says why not and leads on.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { redeemCode } from '../codes/redeem-code.ts'
import type { Refusal } from '../codes/redemption.ts'
import { findPresented } from '../codes/refuse-code.ts'
import { AppError } from '../errors.ts'
import { visitOf } from '../http/visit.ts'
import type { Project } from '../projects/project.ts'
import { askToContinue } from './ask-to-continue.ts'
import { finishAttempt, openVerifiers } from './attempt-cookies.ts'
import { CONTINUE } from './continue.ts'
import { setSessionCookie } from './cookies.ts'
import { goingOnPage } from './pages/going-on-page.ts'
import { sendPage } from './send-page.ts'
import { answerWithErrorPage } from './site-errors.ts'
import { presentedSessionKey, type SiteDeps } from './site-request.ts'
import { type Arrival, landing, startAgainAt } from './wanted-page.ts'

/** `arrival`: what the browser brings; `confirmation`: this browser's half of the question that its reader has answered with yes. */
export async function enterSite(
  deps: SiteDeps,
  project: Project,
  arrival: Arrival,
  request: FastifyRequest,
  reply: FastifyReply,
  confirmation?: string,
): Promise<FastifyReply> {
  const { code, loginToken, query } = arrival
  const before = presentedSessionKey(request, project)
  try {
    const redeemed = await redeemCode(
      deps,
      {
        project,
        code,
        loginToken,
        opens: 'site',
        verifiers: openVerifiers(request, project),
        // This browser may have begun attempts whose challenge its login endpoint never echoed.
        verifierImpliesChallenge: false,
        // A code that never existed may come from anybody, as often as they like; the timeline takes so many of them.
        tellsUnknown: (await deps.strangers.wait(request.ip, `code ${project.id}`)) === 0,
        ...(confirmation && { confirmation }),
        ...(before && { currentSession: before }),
      },
      visitOf(request),
    )
    const { session, sessionToken, despite } = redeemed
    if (despite) await countStranger(deps, request, project, despite)
    if (sessionToken) {
      setSessionCookie(reply, project, sessionToken, (session.expiresAt - session.createdAt) / 1000)
      finishAttempt(request, reply, project, session.traceId)
    }
    reply.header('x-trace-id', session.traceId)
    const path = landing(project, query, redeemed.redirectPath)
    const to = project.siteUrl + path
    // The question was answered, and an application at another origin waits for its reader.
    if (confirmation && path.startsWith(`${CONTINUE}?`)) {
      return sendPage(reply, project, words =>
        goingOnPage({ words, project, title: words.signedIn.title, to }),
      )
    }
    return reply.redirect(to, request.method === 'POST' ? 303 : 302)
  } catch (refusal) {
    if (!(refusal instanceof AppError) || refusal.code !== 'invalid_grant') throw refusal
    await countStranger(deps, request, project, refusal.reason as Refusal)
    const presented = await findPresented(deps.database.read, project, code)
    if (refusal.reason === 'confirm_needed' && presented)
      return await askToContinue(deps, project, presented, arrival, request, reply)
    const startAt = await startAgainAt(deps, project, request, query, presented?.code)
    return answerWithErrorPage(refusal, request, reply, project, startAt)
  }
}

async function countStranger(
  deps: SiteDeps,
  request: FastifyRequest,
  project: Project,
  reason: Refusal,
): Promise<void> {
  if (reason === 'code_unknown' || reason === 'code_malformed')
    await deps.strangers.count(request.ip, `code ${project.id}`)
}
