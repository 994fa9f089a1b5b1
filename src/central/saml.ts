// Signing in at a project's SAML identity provider: our metadata for it, the way there, and the two steps of the way back.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { findAttemptOf } from '../audit/attempts.ts'
import { refuseClosed } from '../codes/make-code.ts'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { toAppError } from '../http/errors.ts'
import { visitOf } from '../http/visit.ts'
import type { Project } from '../projects/project.ts'
import { chooseProviderPage } from '../site/pages/choose-provider-page.ts'
import { goingOnPage } from '../site/pages/going-on-page.ts'
import { sendPage } from '../site/send-page.ts'
import { isPrefetch } from '../site/site-request.ts'
import { beginSamlSignIn, type Prompt } from '../upstream/saml/begin-saml-sign-in.ts'
import { finishSamlSignIn } from '../upstream/saml/finish-saml-sign-in.ts'
import { metadataOf, serviceProviderOf } from '../upstream/saml/own-entity.ts'
import { chooseSamlProvider } from '../upstream/saml/saml-provider.ts'
import { takeAnswer } from '../upstream/saml/take-answer.ts'
import { tellRefusal } from '../upstream/tell-refusal.ts'
import { answerInItsName } from './error-pages.ts'
import { createUpstreamBrowser } from './upstream-browser.ts'
import { mayTell, projectOf, type Query, readAskedFor, textIn, withProvider } from './upstream-request.ts'

type SlugRequest = FastifyRequest<{ Params: { slug: string }; Querystring: Query }>

const PATH = '/upstream/saml/:slug'
/** Bytes: answers carry certificates and lists of groups. */
const LARGEST_ANSWER = 256 * 1024

export async function samlRoutes(app: FastifyInstance, core: Core): Promise<void> {
  const browser = createUpstreamBrowser(core.issuer)
  app.addHook('onRequest', async request => {
    if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-in is not fetched ahead.')
  })
  app.setErrorHandler(async (thrown, request: SlugRequest, reply) => {
    const error = inTermsOfSaml(toAppError(thrown))
    const project = core.registry.projectBySlug(request.params.slug)
    if (project) {
      // What belongs to no sign-in that was begun is told in the site's attempt, or under the request's own trace.
      const attempt = await findAttemptOf(core.database.read, project.id, textIn(request.query, 'state'))
      const about = { traceId: attempt ?? request.id }
      await tellRefusal(core, project, about, error, visitOf(request), mayTell(core, request, project))
    }
    return await answerInItsName(core, error, request, reply)
  })

  app.get(`${PATH}/metadata`, async (request: SlugRequest, reply) => {
    const metadata = await metadataOf(serviceProviderOf(projectOf(core, request.params.slug), core.issuer))
    return reply.type('application/samlmetadata+xml; charset=utf-8').send(metadata)
  })

  app.get<{ Querystring: Query; Params: { slug: string } }>(
    `${PATH}/start`,
    { exposeHeadRoute: false },
    async (request, reply) => {
      const project = projectOf(core, request.params.slug)
      const asked = readAskedFor(request.query)
      refuseClosed(project, 'saml')
      const provider = await chooseSamlProvider(
        core.database.read,
        project,
        textIn(request.query, 'provider', 63),
      )
      if ('length' in provider) {
        const choices = provider.map(({ name, slug }) => ({ name, href: withProvider(request.url, slug) }))
        return sendPage(reply, project, words => chooseProviderPage({ words, project, choices }))
      }
      const prompt: Prompt = (['none', 'login'] as const).find(each => each === request.query.prompt)
      const input = { project, provider, asked, prompt, mayTell: mayTell(core, request, project) }
      const begun = await beginSamlSignIn(core, input, visitOf(request))
      browser.keep(request, reply, begun)
      return reply.header('referrer-policy', 'no-referrer').redirect(begun.goTo, 303)
    },
  )

  app.post<{ Body: Query | undefined; Params: { slug: string } }>(
    `${PATH}/acs`,
    { bodyLimit: LARGEST_ANSWER },
    async (request, reply) => {
      const project = projectOf(core, request.params.slug)
      const { RelayState, SAMLResponse } = request.body ?? {}
      const answer = { relayState: text(RelayState) ?? '', response: text(SAMLResponse) ?? '' }
      const ticket = await limited(request, project, () =>
        takeAnswer(core, project, answer, visitOf(request)),
      )
      // By a page: the provider's own form-action would hold a redirect, and the site's cookies come along this way.
      const to = `${core.issuer}/upstream/saml/${project.slug}/finish?ticket=${ticket}`
      return sendPage(reply, project, words =>
        goingOnPage({ words, project, title: words.goingOn.signingIn, to }),
      )
    },
  )

  app.get<{ Querystring: Query; Params: { slug: string } }>(
    `${PATH}/finish`,
    { exposeHeadRoute: false },
    async (request, reply) => {
      const { goTo, begun } = await finishSamlSignIn(
        core,
        projectOf(core, request.params.slug),
        text(request.query.ticket) ?? '',
        each => browser.secretOf(request, each),
        visitOf(request),
      )
      browser.forget(reply, begun)
      return reply.header('referrer-policy', 'no-referrer').redirect(goTo, 303)
    },
  )

  /** Looking at an answer is work that nobody needs credentials for; those that are taken count nothing. */
  async function limited<T>(request: FastifyRequest, project: Project, work: () => Promise<T>): Promise<T> {
    const about = `saml ${project.id}`
    const wait = await core.failures.wait(request.ip, about)
    if (wait > 0)
      throw new AppError('slow_down', 'Too many answers from this address were refused.', {
        retryAfter: wait,
      })
    try {
      return await work()
    } catch (error) {
      await core.failures.count(request.ip, about)
      throw error
    }
  }
}

/** A form that cannot be read brings an answer that cannot be. */
function inTermsOfSaml(error: AppError): AppError {
  if (error.reason !== 'body_unreadable') return error
  const large = error.code === 'payload_too_large'
  const problem = large ? `it is larger than ${LARGEST_ANSWER / 1024} KiB` : 'it is no form that can be read'
  const more = { reason: 'saml_response_unreadable', detail: { problem } }
  return new AppError(error.code, "The identity provider's answer cannot be read.", more)
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
