// Signing in at a project's SAML identity provider: our metadata for it, the way there, and the two steps of the way back.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { toAppError } from '../http/errors.ts'
import { visitOf } from '../http/visit.ts'
import type { Project } from '../projects/project.ts'
import { goingOnPage } from '../site/pages/going-on-page.ts'
import { sendPage } from '../site/send-page.ts'
import { isPrefetch } from '../site/site-request.ts'
import { beginSamlSignIn, type Prompt } from '../upstream/saml/begin-saml-sign-in.ts'
import { finishSamlSignIn } from '../upstream/saml/finish-saml-sign-in.ts'
import { metadataOf, serviceProviderOf } from '../upstream/saml/service-provider.ts'
import { takeAnswer } from '../upstream/saml/take-answer.ts'
import { tellRefusal } from '../upstream/tell-refusal.ts'
import { answerInItsName } from './error-pages.ts'
import { createUpstreamBrowser } from './upstream-browser.ts'

type Parameters = Readonly<Record<string, string | string[] | undefined>>
type SlugRequest = FastifyRequest<{ Params: { slug: string } }>

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
    // What belongs to no sign-in is told under the request's own trace.
    if (project && error.traceId === undefined && (await mayTell(request, project))) {
      await tellRefusal(core, project, { traceId: request.id }, error, visitOf(request))
    }
    return await answerInItsName(core, error, request, reply)
  })

  app.get(`${PATH}/metadata`, async (request: SlugRequest, reply) => {
    const metadata = metadataOf(serviceProviderOf(projectOf(request), core.issuer))
    return reply.type('application/samlmetadata+xml; charset=utf-8').send(metadata)
  })

  app.get<{ Querystring: Parameters; Params: { slug: string } }>(
    `${PATH}/start`,
    { exposeHeadRoute: false },
    async (request, reply) => {
      const project = projectOf(request)
      const { RedirectPath, state, code_challenge: codeChallenge, prompt } = request.query
      const asked = {
        redirectPath: text(RedirectPath),
        state: text(state),
        codeChallenge: text(codeChallenge),
        prompt: (['none', 'login'] as const).find(each => each === prompt) satisfies Prompt,
      }
      const may = await mayTell(request, project)
      const begun = await beginSamlSignIn(core, project, asked, may, visitOf(request))
      browser.keep(request, reply, begun)
      return reply.header('referrer-policy', 'no-referrer').redirect(begun.goTo, 302)
    },
  )

  app.post<{ Body: Parameters | undefined; Params: { slug: string } }>(
    `${PATH}/acs`,
    { bodyLimit: LARGEST_ANSWER },
    async (request, reply) => {
      const project = projectOf(request)
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

  app.get<{ Querystring: Parameters; Params: { slug: string } }>(
    `${PATH}/finish`,
    { exposeHeadRoute: false },
    async (request, reply) => {
      const { goTo, begun } = await finishSamlSignIn(
        core,
        projectOf(request),
        text(request.query.ticket) ?? '',
        each => browser.secretOf(request, each),
        visitOf(request),
      )
      browser.forget(reply, begun)
      return reply.header('referrer-policy', 'no-referrer').redirect(goTo, 303)
    },
  )

  /** @throws AppError `not_found` */
  function projectOf(request: SlugRequest): Project {
    const project = core.registry.projectBySlug(request.params.slug)
    if (!project) throw new AppError('not_found', 'There is nothing here.')
    return project
  }

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

  /** Anybody can come here without credentials, so an address writes only so many steps. */
  async function mayTell(request: FastifyRequest, project: Project): Promise<boolean> {
    const about = `saml ${project.id}`
    if ((await core.strangers.wait(request.ip, about)) > 0) return false
    await core.strangers.count(request.ip, about)
    return true
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
