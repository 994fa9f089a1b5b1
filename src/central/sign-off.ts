// Central sign-off: the browser's sign-in ends, and with it all that came of it, at every site.
//
// A site may send its browser here. Anybody could make such a link, so a browser that says that another page led it here
// is asked first, unless that page is of a project, or the link carries a token of this very sign-in.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { comesFrom } from '../http/form-tokens.ts'
import { findTarget, isOriginOfProject } from '../projects/allowed-target.ts'
import { ownsSsoToken } from '../sessions/accounts/owns-sso-token.ts'
import { signOffAccount } from '../sessions/accounts/sign-off-account.ts'
import { confirmSignOutPage } from '../site/pages/confirm-sign-out-page.ts'
import { goingOnPage } from '../site/pages/going-on-page.ts'
import { signedOutPage } from '../site/pages/signed-out-page.ts'
import { sendPage } from '../site/send-page.ts'
import { isPrefetch } from '../site/site-request.ts'
import type { AccountBrowser } from './account-browser.ts'
import { type Fields, field } from './login-form.ts'

export async function signOffRoutes(
  app: FastifyInstance,
  core: Core,
  browser: AccountBrowser,
): Promise<void> {
  app.get<{ Querystring: Fields }>('/logout', { exposeHeadRoute: false }, (request, reply) =>
    answer(request, reply, request.query),
  )
  app.post<{ Body: Fields | undefined }>('/logout', (request, reply) =>
    answer(request, reply, request.body ?? {}),
  )

  async function answer(request: FastifyRequest, reply: FastifyReply, fields: Fields): Promise<FastifyReply> {
    if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-out is not fetched ahead.')
    const sent = field(fields, 'target')
    const target = sent === undefined ? undefined : findTarget(core.registry, sent)
    const allowed = target?.allowed ? target : undefined
    const presented = browser.presented(request)
    if (presented !== undefined && !(await isWished(request, presented, field(fields, 'ssoToken')))) {
      const parameters = { target: allowed?.url }
      return sendPage(reply, undefined, words =>
        confirmSignOutPage({ words, project: allowed?.project, parameters, action: '/logout' }),
      )
    }
    if (presented !== undefined) {
      await signOffAccount(core, presented)
      browser.close(reply)
    }
    reply.header('referrer-policy', 'no-referrer')
    if (allowed && request.method === 'GET') return reply.redirect(allowed.url, 302)
    if (allowed) {
      // A page and not a redirect: browsers hold a form to form-action through its redirects.
      const { project, url: to } = allowed
      return sendPage(reply, undefined, words =>
        goingOnPage({ words, project, title: words.signedOut.title, to }),
      )
    }
    return sendPage(reply, undefined, words => signedOutPage({ words, of: 'all', signInAt: '/login' }))
  }

  async function isWished(
    request: FastifyRequest,
    presented: string,
    token: string | undefined,
  ): Promise<boolean> {
    const { 'sec-fetch-site': site, referer } = request.headers
    // Typed in, or a bookmark.
    if (site === 'none' || comesFrom(request, core.issuer) !== 'elsewhere') return true
    if (token !== undefined && (await ownsSsoToken(core, presented, token))) return true
    const page = referer === undefined ? undefined : URL.parse(referer)?.origin
    return page !== undefined && isOriginOfProject(core.registry, page)
  }
}
