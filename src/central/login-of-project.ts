// Where readers of a project of the standard `accounts` sign in: the site sends them here as to any login URL, and gets
// them back with a code.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { accountName } from '../accounts/account.ts'
import { findAttemptOf, recordRefusal } from '../audit/attempts.ts'
import { landingPath } from '../codes/landing-path.ts'
import { refuseClosed } from '../codes/make-code.ts'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { visitOf } from '../http/visit.ts'
import { callbackUrl, type Project } from '../projects/project.ts'
import type { SignedIn } from '../sessions/accounts/read-account-session.ts'
import { CONTINUE } from '../site/continue.ts'
import { goingOnPage } from '../site/pages/going-on-page.ts'
import { sendPage } from '../site/send-page.ts'
import { isPrefetch } from '../site/site-request.ts'
import { handOverAccount } from '../upstream/accounts/hand-over-account.ts'
import { tellingRefusal } from '../upstream/accounts/tell-refusal.ts'
import { landingWith } from '../upstream/finish-sign-in.ts'
import type { AskedFor } from '../upstream/hand-over.ts'
import type { AccountBrowser } from './account-browser.ts'
import { type Fields, field, type LoginForm, showLogin, submitLogin } from './login-form.ts'
import { mayTell } from './may-tell.ts'

interface Params {
  readonly slug: string
}

export async function loginOfProjectRoutes(
  app: FastifyInstance,
  core: Core,
  browser: AccountBrowser,
): Promise<void> {
  app.get<{ Params: Params; Querystring: Fields }>(
    '/login/:slug',
    { exposeHeadRoute: false },
    async (request, reply) => {
      if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-in is not fetched ahead.')
      const project = projectOf(request.params.slug)
      const asked = readAsked(request.query)
      await refuseOtherDoors(request, project, asked)
      const prompt = field(request.query, 'prompt')
      const signedIn = await browser.signedIn(request)
      if (signedIn && prompt !== 'login') return await goOn(request, reply, project, asked, signedIn)
      if (prompt === 'none') return await answerLoginRequired(request, reply, project, asked)
      const name = signedIn
        ? accountName(signedIn.account)
        : field(request.query, 'login_hint')?.slice(0, 320)
      const form = { ...formFor(project, request.query), again: signedIn !== undefined }
      return showLogin(browser, request, reply, form, { name })
    },
  )

  app.post<{ Params: Params; Body: Fields | undefined }>('/login/:slug', async (request, reply) => {
    const project = projectOf(request.params.slug)
    const fields = request.body ?? {}
    const asked = readAsked(fields)
    await refuseOtherDoors(request, project, asked)
    const signedIn = await submitLogin(core, browser, request, reply, formFor(project, fields))
    return signedIn ? await goOn(request, reply, project, asked, signedIn) : reply
  })

  async function refuseOtherDoors(request: FastifyRequest, project: Project, { state }: AskedFor) {
    if (!(await mayTell(core, request, `login ${project.id}`))) return refuseClosed(project, 'accounts')
    await tellingRefusal(core, 'code', { project, state }, visitOf(request), async () =>
      refuseClosed(project, 'accounts'),
    )
  }

  async function goOn(
    request: FastifyRequest,
    reply: FastifyReply,
    project: Project,
    asked: AskedFor,
    signedIn: SignedIn,
  ): Promise<FastifyReply> {
    const generated = await handOverAccount(core, project, signedIn, asked, visitOf(request))
    const to = landingWith(project, core.issuer, generated.callbackUrl)
    reply.header('x-trace-id', generated.traceId).header('referrer-policy', 'no-referrer')
    // Browsers hold a form to form-action through its redirects, and an application at another origin may wait.
    const further = project.siteElsewhere || landingPath(asked.redirectPath)?.startsWith(`${CONTINUE}?`)
    if (request.method === 'POST' && further) {
      return sendPage(reply, project, words =>
        goingOnPage({ words, project, title: words.signedIn.title, to }),
      )
    }
    return reply.redirect(to, request.method === 'POST' ? 303 : 302)
  }

  /** Whoever asked for no page gets none (OpenID Connect Core 1.0, section 3.1.2.6). */
  async function answerLoginRequired(
    request: FastifyRequest,
    reply: FastifyReply,
    project: Project,
    { state }: AskedFor,
  ): Promise<FastifyReply> {
    if (await mayTell(core, request, `none ${project.id}`)) {
      const traceId = (await findAttemptOf(core.database.read, project.id, state)) ?? request.id
      const about = { step: 'code', projectId: project.id, reader: null, at: core.clock.now() } as const
      const told = { reason: 'login_required', detail: {} }
      await recordRefusal(core.database, { ...visitOf(request), traceId }, about, told)
    }
    const query = new URLSearchParams({ error: 'login_required', ...(state !== undefined && { state }) })
    return reply.redirect(`${callbackUrl(project)}?${query}`, 302)
  }

  /** @throws AppError `not_found` */
  function projectOf(slug: string): Project {
    const project = core.registry.projectBySlug(slug)
    if (!project) throw new AppError('not_found', 'There is nothing here.')
    return project
  }
}

const CARRIED = ['RedirectPath', 'state', 'code_challenge', 'code_challenge_method'] as const

function formFor(project: Project, fields: Fields): LoginForm {
  const hidden = Object.fromEntries(CARRIED.map(name => [name, field(fields, name)?.slice(0, 2048)]))
  return {
    action: `/login/${project.slug}`,
    project,
    hidden,
    leadsTo: project.siteUrl === '' ? undefined : new URL(project.siteUrl).origin,
    state: hidden.state,
  }
}

/** What the site sent along (contract, section 2). */
function readAsked(fields: Fields): AskedFor {
  const challenge = field(fields, 'code_challenge')
  const known = challenge !== undefined && /^[A-Za-z0-9_-]{43}$/.test(challenge)
  return {
    state: field(fields, 'state'),
    redirectPath: field(fields, 'RedirectPath'),
    codeChallenge: known && field(fields, 'code_challenge_method') === 'S256' ? challenge : undefined,
  }
}
