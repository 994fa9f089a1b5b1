// The central login page (contract, section 7): a service sends its browser here with a target, and gets it back with a
// token. Without a target it is where people come to their own account.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { recordRefusal } from '../audit/attempts.ts'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { visitOf } from '../http/visit.ts'
import { findTarget, type NoTarget, type Target } from '../projects/allowed-target.ts'
import type { SignedIn } from '../sessions/accounts/read-account-session.ts'
import { answerWithErrorPage } from '../site/site-errors.ts'
import { isPrefetch } from '../site/site-request.ts'
import { issueSsoToken } from '../upstream/accounts/issue-sso-token.ts'
import type { AccountBrowser } from './account-browser.ts'
import { type Fields, field, type LoginForm, showLogin, submitLogin } from './login-form.ts'
import { mayTell } from './may-tell.ts'

export async function loginRoutes(app: FastifyInstance, core: Core, browser: AccountBrowser): Promise<void> {
  app.get<{ Querystring: Fields }>('/login', { exposeHeadRoute: false }, async (request, reply) => {
    if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-in is not fetched ahead.')
    const target = readTarget(request.query.target)
    if (target?.allowed === false) return await refuseTarget(request, reply, target)
    const signedIn = await browser.signedIn(request)
    if (signedIn) return await goOn(request, reply, target, signedIn)
    const done = request.query.done === 'password-set' ? 'password-set' : undefined
    return showLogin(browser, request, reply, formFor(target), { done })
  })

  app.post<{ Body: Fields | undefined }>('/login', async (request, reply) => {
    const target = readTarget(request.body?.target)
    if (target?.allowed === false) return await refuseTarget(request, reply, target)
    const signedIn = await submitLogin(core, browser, request, reply, formFor(target))
    return signedIn ? await goOn(request, reply, target, signedIn) : reply
  })

  function readTarget(sent: Fields[string]): Target | NoTarget | undefined {
    return sent === undefined || sent === '' ? undefined : findTarget(core.registry, sent)
  }

  /** Nobody is sent to an address that almost is one of a project's. */
  async function refuseTarget(request: FastifyRequest, reply: FastifyReply, { project }: NoTarget) {
    if (await mayTell(core, request, `target ${project?.id ?? ''}`)) {
      const sent = (request.query as Fields).target ?? (request.body as Fields | undefined)?.target
      const detail = { target: String(sent).split('?')[0]!.slice(0, 200) }
      const about = {
        step: 'code',
        projectId: project?.id ?? null,
        reader: null,
        at: core.clock.now(),
      } as const
      await recordRefusal(core.database, visitOf(request), about, { reason: 'target_not_allowed', detail })
    }
    const name = field((request.body ?? {}) as Fields, 'username')
    return showLogin(browser, request, reply.code(400), formFor(undefined), {
      name,
      problem: { kind: 'badTarget' },
    })
  }

  async function goOn(
    request: FastifyRequest,
    reply: FastifyReply,
    target: Target | undefined,
    signedIn: SignedIn,
  ): Promise<FastifyReply> {
    reply.header('referrer-policy', 'no-referrer')
    if (!target) return reply.redirect('/account', 303)
    try {
      return reply.redirect(await issueSsoToken(core, target, signedIn, visitOf(request)), 302)
    } catch (refusal) {
      return answerWithErrorPage(refusal, request, reply, target.project, '/account')
    }
  }
}

function formFor(target: Target | undefined): LoginForm {
  return {
    action: '/login',
    project: target?.project,
    hidden: { target: target?.url },
    leadsTo: target?.origin,
  }
}
