// Projects of the standard `openid`: their readers are sent to an OpenID provider from here, and come back to here.
import type { FastifyInstance } from 'fastify'
import { findAttemptOf } from '../audit/attempts.ts'
import { refuseClosed } from '../codes/make-code.ts'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { visitOf } from '../http/visit.ts'
import { uiLocalesIn } from '../site/language-of-request.ts'
import { chooseProviderPage } from '../site/pages/choose-provider-page.ts'
import { sendPage } from '../site/send-page.ts'
import { isPrefetch } from '../site/site-request.ts'
import { forPeople } from '../upstream/for-people.ts'
import { finishOpenid } from '../upstream/openid/finish-openid.ts'
import { chooseOpenidProvider } from '../upstream/openid/openid-providers.ts'
import { type HandedOn, sendToOpenid } from '../upstream/openid/send-to-openid.ts'
import { tellRefusal } from '../upstream/tell-refusal.ts'
import { createUpstreamBrowser } from './upstream-browser.ts'
import { mayTell, projectOf, type Query, readAskedFor, textIn, withProvider } from './upstream-request.ts'

export async function openidSignInRoutes(app: FastifyInstance, core: Core): Promise<void> {
  const browser = createUpstreamBrowser(core.issuer)

  app.addHook('onRequest', async request => {
    if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-in is not fetched ahead.')
  })

  app.get<{ Params: { slug: string }; Querystring: Query }>(
    '/upstream/openid/:slug/start',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const project = projectOf(core, request.params.slug)
      const asked = readAskedFor(request.query)
      const tells = mayTell(core, request, project)
      try {
        refuseClosed(project, 'openid')
        const provider = await chooseOpenidProvider(core, project, textIn(request.query, 'provider', 63))
        if ('length' in provider) {
          const choices = provider.map(({ name, slug }) => ({ name, href: withProvider(request.url, slug) }))
          return sendPage(reply, project, words => chooseProviderPage({ words, project, choices }))
        }
        const input = { project, provider, asked, handedOn: handedOnBy(request.query), mayTell: tells }
        const { url, begun } = await sendToOpenid(core, input, visitOf(request))
        browser.keep(request, reply, begun)
        return reply.header('referrer-policy', 'no-referrer').redirect(url, 303)
      } catch (error) {
        const refusal = forPeople(error)
        const attempt = await findAttemptOf(core.database.read, project.id, asked.state)
        const about = { traceId: attempt ?? request.id }
        await tellRefusal(core, project, about, refusal, visitOf(request), tells)
        throw refusal
      }
    },
  )

  app.get<{ Params: { slug: string; provider: string } }>(
    '/upstream/openid/:slug/:provider/callback',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const project = projectOf(core, request.params.slug)
      const { next, signIn } = await finishOpenid(
        core,
        {
          project,
          providerSlug: request.params.provider,
          query: new URL(request.url, core.issuer).searchParams,
          secretOf: signIn => browser.secretOf(request, signIn),
          mayTell: mayTell(core, request, project),
        },
        visitOf(request),
      )
      browser.forget(reply, signIn)
      return reply.header('referrer-policy', 'no-referrer').redirect(next, 303)
    },
  )
}

function handedOnBy(query: Query): HandedOn {
  const prompt = textIn(query, 'prompt')
  const maxAge = textIn(query, 'max_age', 9)
  return {
    loginHint: textIn(query, 'login_hint'),
    uiLocales: uiLocalesIn(query),
    ...(prompt !== undefined && ['login', 'select_account', 'none'].includes(prompt) && { prompt }),
    ...(maxAge !== undefined && /^\d+$/.test(maxAge) && { maxAge: Number(maxAge) }),
  }
}
