// One's own account: what it is, which sites it opens, where it is signed in, and its password.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isLiveAccountSession, listAccountSessions } from '../accounts/account-sessions.ts'
import type { PasswordProblem } from '../accounts/new-account-password.ts'
import { AppError } from '../errors.ts'
import { statusOf } from '../http/errors.ts'
import { LEAST_ALONE } from '../passwords/password.ts'
import { changeOwnPassword } from '../sessions/accounts/change-own-password.ts'
import { endOwnSessions } from '../sessions/accounts/end-own-sessions.ts'
import { listOwnProjects } from '../sessions/accounts/list-own-projects.ts'
import type { SignedIn } from '../sessions/accounts/read-account-session.ts'
import { sidOf } from '../sessions/session.ts'
import { accountPage } from '../site/pages/account-page.ts'
import { sendPage } from '../site/send-page.ts'
import { type AccountBrowser, originOf } from './account-browser.ts'
import type { CentralCore } from './central-core.ts'
import { type Fields, field } from './login-form.ts'
import { problemsOf } from './password.ts'

interface Said {
  readonly problems?: readonly PasswordProblem[]
  readonly waitMinutes?: number
  readonly tooOld?: boolean
  readonly done?: 'changed' | 'ended' | undefined
}

export async function accountRoutes(
  app: FastifyInstance,
  core: CentralCore,
  browser: AccountBrowser,
): Promise<void> {
  app.get<{ Querystring: Fields }>('/account', async (request, reply) => {
    const signedIn = await browser.signedIn(request)
    if (!signedIn) return reply.redirect('/login', 303)
    const { done } = request.query
    return await show(request, reply, signedIn, {
      done: done === 'changed' || done === 'ended' ? done : undefined,
    })
  })

  app.post<{ Body: Fields | undefined }>('/account/change-password', async (request, reply) => {
    const signedIn = await browser.signedIn(request)
    if (!signedIn) return reply.redirect('/login', 303)
    if (!browser.isOwnForm(request)) return await show(request, reply.code(403), signedIn, { tooOld: true })
    const fields = request.body ?? {}
    const [current = '', password = '', repeated = ''] = ['current', 'password', 'repeated'].map(name =>
      field(fields, name),
    )
    try {
      const input = { current, password, repeated }
      browser.open(reply, await changeOwnPassword(core, signedIn.account, input, originOf(request)))
    } catch (error) {
      if (!(error instanceof AppError) || !['invalid_request', 'slow_down'].includes(error.code)) throw error
      reply.code(statusOf(error))
      if (error.code !== 'slow_down')
        return await show(request, reply, signedIn, { problems: problemsOf(error) })
      const seconds = error.retryAfter ?? 60
      reply.header('retry-after', seconds)
      return await show(request, reply, signedIn, { waitMinutes: Math.ceil(seconds / 60) })
    }
    return reply.redirect('/account?done=changed', 303)
  })

  app.post<{ Body: Fields | undefined }>('/account/end-session', async (request, reply) => {
    const signedIn = await browser.signedIn(request)
    if (!signedIn) return reply.redirect('/login', 303)
    if (!browser.isOwnForm(request)) return await show(request, reply.code(403), signedIn, { tooOld: true })
    const which = field(request.body ?? {}, 'session') ?? ''
    await endOwnSessions(core, signedIn, which, request.ip)
    return reply.redirect(which === 'all' ? '/login' : '/account?done=ended', 303)
  })

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    { account, session }: SignedIn,
    said: Said,
  ): Promise<FastifyReply> {
    const now = core.clock.now()
    const listed = await listAccountSessions(core.database.read, account.id)
    const sessions = listed
      .filter(each => isLiveAccountSession(each, now))
      .map(each => ({ ...each, id: sidOf(each.key), here: each.key.equals(session.key) }))
    const projects = await listOwnProjects(core, account)
    const sites = projects.map(({ name, siteUrl }) => ({ name, url: `${siteUrl}/` }))
    const token = browser.formToken(request, reply)
    const view = { token, account, sites, sessions, least: LEAST_ALONE, problems: [], ...said }
    return sendPage(reply, undefined, words => accountPage({ words, ...view }))
  }
}
