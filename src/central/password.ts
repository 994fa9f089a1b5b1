// Forgotten passwords: asking for a link by mail, and the page that a one-time link leads to, whoever made it.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { accountName } from '../accounts/account.ts'
import type { PasswordProblem } from '../accounts/new-account-password.ts'
import { AppError } from '../errors.ts'
import { LEAST_ALONE } from '../passwords/password.ts'
import { createFailureLimits } from '../platform/failure-limits.ts'
import { acceptAccountLink, readAccountLink } from '../sessions/accounts/accept-account-link.ts'
import { mailAccountLink } from '../sessions/accounts/mail-account-link.ts'
import { languageOfRequest } from '../site/language-of-request.ts'
import { forgotPage, forgotSentPage } from '../site/pages/forgot-page.ts'
import { deadLinkPage, newPasswordPage } from '../site/pages/new-password-page.ts'
import { passwordMail } from '../site/pages/password-mail.ts'
import { sendPage } from '../site/send-page.ts'
import type { AccountBrowser } from './account-browser.ts'
import type { CentralCore } from './central-core.ts'
import { type Fields, field } from './login-form.ts'

const HOUR = 3600

export async function passwordRoutes(
  app: FastifyInstance,
  core: CentralCore,
  browser: AccountBrowser,
): Promise<void> {
  // Whoever asks: it says nothing of any account.
  const asking = createFailureLimits({ perClient: 20, perAddress: 20 }, HOUR, {
    topic: 'forgotten passwords',
    neighbours: core.neighbours,
  })

  app.get('/account/forgot', async (request, reply) => showForgot(request, reply))

  app.post<{ Body: Fields | undefined }>('/account/forgot', async (request, reply) => {
    if (!browser.isOwnForm(request)) return showForgot(request, reply.code(403), { kind: 'tooOld' })
    const { mailer } = core
    if (!mailer) return showForgot(request, reply)
    const seconds = await asking.wait(request.ip, 'forgot')
    if (seconds > 0) {
      reply.code(429).header('retry-after', seconds)
      return showForgot(request, reply, { kind: 'tooMany', minutes: Math.ceil(seconds / 60) })
    }
    await asking.count(request.ip, 'forgot')
    const name = field(request.body ?? {}, 'username') ?? ''
    const { words } = languageOfRequest(request)
    const write = (link: string, called: string) => passwordMail({ words, name: called, link })
    // Nothing of it is looked at before the answer is given: neither its words nor its time tell who has an account.
    core.background.start(() => mailAccountLink({ ...core, mailer }, { name, write }, request.ip))
    return sendPage(reply, undefined, words => forgotSentPage({ words }))
  })

  app.get<{ Querystring: Fields }>('/account/password', async (request, reply) =>
    showNewPassword(request, reply, field(request.query, 'token') ?? '', []),
  )

  app.post<{ Body: Fields | undefined }>('/account/password', async (request, reply) => {
    const fields = request.body ?? {}
    const token = field(fields, 'token') ?? ''
    // The token of the link is worth more than any of a form; the page is shown again all the same.
    if (!browser.isOwnForm(request)) return await showNewPassword(request, reply.code(403), token, [])
    const input = {
      token,
      password: field(fields, 'password') ?? '',
      repeated: field(fields, 'repeated') ?? '',
    }
    try {
      await acceptAccountLink(core, input, request.ip)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'invalid_grant') return showDead(reply)
      if (!error.fields) throw error
      return await showNewPassword(request, reply.code(400), token, problemsOf(error))
    }
    if (browser.presented(request) !== undefined) browser.close(reply)
    return reply.redirect('/login?done=password-set', 303)
  })

  function showForgot(
    request: FastifyRequest,
    reply: FastifyReply,
    problem?: Parameters<typeof forgotPage>[0]['problem'],
  ): FastifyReply {
    const token = browser.formToken(request, reply)
    const mails = core.mailer !== undefined
    return sendPage(reply, undefined, words => forgotPage({ words, token, mails, problem }))
  }

  async function showNewPassword(
    request: FastifyRequest,
    reply: FastifyReply,
    link: string,
    problems: readonly PasswordProblem[],
  ): Promise<FastifyReply> {
    try {
      const account = accountName(await readAccountLink(core, link))
      const token = browser.formToken(request, reply)
      return sendPage(reply, undefined, words =>
        newPasswordPage({ words, account, link, token, least: LEAST_ALONE, problems }),
      )
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_grant') throw error
      return showDead(reply)
    }
  }

  function showDead(reply: FastifyReply): FastifyReply {
    const mails = core.mailer !== undefined
    return sendPage(reply.code(400), undefined, words => deadLinkPage({ words, mails }))
  }
}

/** What the fields of a refusal say, as `newAccountPassword` names it. */
export function problemsOf(error: AppError): PasswordProblem[] {
  return (error.fields ?? []).map(({ problem }) => problem as PasswordProblem)
}
