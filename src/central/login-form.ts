// The login form and what may become of it, the same for a service's target and for a project's site.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { statusOf } from '../http/errors.ts'
import { visitOf } from '../http/visit.ts'
import type { Project } from '../projects/project.ts'
import { type SignedInAccount, signInAccount } from '../sessions/accounts/sign-in-account.ts'
import { uiLocalesIn } from '../site/language-of-request.ts'
import { type LoginProblem, loginPage } from '../site/pages/login-page.ts'
import { sendPage } from '../site/send-page.ts'
import { tellingRefusal } from '../upstream/accounts/tell-refusal.ts'
import { type AccountBrowser, originOf } from './account-browser.ts'

export type Fields = Readonly<Record<string, string | string[] | undefined>>

/** What the form is about. */
export interface LoginForm {
  readonly action: string
  /** In whose name it asks. */
  readonly project: Project | undefined
  /** Goes along unseen. */
  readonly hidden: Readonly<Record<string, string | undefined>>
  /** Where the browser may be sent on to by the answer, beside this server. */
  readonly leadsTo?: string | undefined
  /** Somebody is signed in, and is asked again. */
  readonly again?: boolean
  /** The sign-in that it belongs to. */
  readonly state?: string | undefined
}

/** A field that was sent once; what is repeated says nothing. */
export function field(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return typeof value === 'string' ? value : undefined
}

export function showLogin(
  browser: AccountBrowser,
  request: FastifyRequest,
  reply: FastifyReply,
  form: LoginForm,
  more: {
    name?: string | undefined
    problem?: LoginProblem | undefined
    done?: 'password-set' | undefined
  } = {},
): FastifyReply {
  const token = browser.formToken(request, reply)
  const { name = '', problem, done } = more
  const locales = uiLocalesIn(request.query) ?? uiLocalesIn(request.body)
  const hidden = { ...form.hidden, ui_locales: locales }
  const { action, project, again = false } = form
  return sendPage(
    reply,
    project,
    words => loginPage({ words, project, action, token, hidden, name, problem, done, again }),
    { formsLeadTo: form.leadsTo },
  )
}

/**
 * Signs in what the form says, or shows it again with why not.
 * @returns undefined where the form was shown.
 */
export async function submitLogin(
  core: Core,
  browser: AccountBrowser,
  request: FastifyRequest,
  reply: FastifyReply,
  form: LoginForm,
): Promise<SignedInAccount | undefined> {
  const fields = (request.body ?? {}) as Fields
  const name = field(fields, 'username') ?? ''
  const password = field(fields, 'password') ?? ''
  const again = (problem: LoginProblem, status: number) => {
    reply.code(status)
    showLogin(browser, request, reply, form, { name, problem })
    return undefined
  }
  const before = browser.presented(request)
  const about = { project: form.project, state: form.state }
  try {
    return await tellingRefusal(core, 'code', about, visitOf(request), async () => {
      if (!browser.isOwnForm(request, 'programs')) throw forged()
      if (name.trim() === '' || password === '')
        throw new AppError('invalid_request', 'Something is missing.')
      const signedIn = await signInAccount(core, { name, password, before }, originOf(request))
      browser.open(reply, signedIn.token)
      return signedIn
    })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const status = statusOf(error)
    if (error.traceId !== undefined) reply.header('x-trace-id', error.traceId)
    switch (error.code) {
      case 'invalid_request':
        return again({ kind: 'empty' }, status)
      case 'access_denied':
        return again({ kind: error.reason === 'login_forged' ? 'tooOld' : 'wrong' }, status)
      case 'slow_down':
        reply.header('retry-after', error.retryAfter ?? 60)
        return again({ kind: 'tooMany', minutes: Math.ceil((error.retryAfter ?? 60) / 60) }, status)
      default:
        throw error
    }
  }
}

function forged(): AppError {
  return new AppError('access_denied', 'This form did not come from a page of ours.', {
    reason: 'login_forged',
  })
}
