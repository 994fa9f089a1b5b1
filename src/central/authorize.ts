// The authorization endpoint (OpenID Connect Core 1.0, section 3.1.2), as browsers meet it.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { recordRefusal } from '../audit/attempts.ts'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import { visitOf } from '../http/visit.ts'
import {
  AuthorizationError,
  type AuthorizationRequest,
  type Parameters,
  readAuthorizationRequest,
  readRedirect,
} from '../oidc/authorization-request.ts'
import { answerAt, authorize } from '../oidc/authorize.ts'
import { readIdTokenHint } from '../oidc/id-token-hint.ts'
import { takePushedRequest } from '../oidc/pushed-requests.ts'
import { sha256 } from '../platform/hashing.ts'
import { loginUrlFor } from '../projects/login-url/login-url.ts'
import { hasSite } from '../projects/project.ts'
import type { RegisteredClient } from '../projects/registry.ts'
import { uiLocalesIn } from '../site/language-of-request.ts'
import { isPrefetch } from '../site/site-request.ts'
import type { CentralBrowser } from './central-browser.ts'

export async function authorizeRoutes(
  app: FastifyInstance,
  core: Core,
  browser: CentralBrowser,
): Promise<void> {
  app.get<{ Querystring: Parameters }>('/oauth/authorize', { exposeHeadRoute: false }, (request, reply) =>
    answer(request, reply, request.query),
  )
  app.post<{ Body: Parameters | undefined }>('/oauth/authorize', (request, reply) =>
    answer(request, reply, request.body ?? {}),
  )

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    sent: Parameters,
  ): Promise<FastifyReply> {
    reply.header('referrer-policy', 'no-referrer')
    if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-in is not fetched ahead.')
    const parameters = await takePushedRequest(core, sent)
    const to = await readTarget(request, parameters)
    try {
      const asked = readAuthorizationRequest(to, parameters, await hintedSubject(parameters.id_token_hint))
      if (!hasSite(to.client.project)) {
        throw new AuthorizationError(
          'unauthorized_client',
          'The project of this client has no site, and so no place where its readers sign in.',
        )
      }
      const central = await browser.session(request, to.client.project)
      const answered = await authorize(core, to.client, asked, central, visitOf(request), () =>
        mayTell(request, to.client),
      )
      if ('redirect' in answered) return reply.redirect(answered.redirect, 303)
      browser.wait(request, reply, answered.waiting.traceId, answered.waiting.secret)
      return reply.redirect(
        signInAt(core.issuer, to.client, asked, answered.waiting, uiLocalesIn(parameters)),
        303,
      )
    } catch (error) {
      if (!(error instanceof AuthorizationError)) throw error
      await tell(core, request, to.client, error)
      const { code, message } = error
      const target = answerAt(to.redirectUri, core.issuer, to.state, {
        error: code,
        error_description: message,
      })
      return reply.redirect(target, 303)
    }
  }

  async function readTarget(request: FastifyRequest, parameters: Parameters) {
    try {
      return readRedirect(core.registry, parameters)
    } catch (refusal) {
      const client = core.registry.client(String(parameters.client_id))
      if (refusal instanceof AppError && client && (await mayTell(request, client))) {
        const { project } = client
        const about = {
          step: 'authorize',
          projectId: project.id,
          reader: null,
          at: core.clock.now(),
        } as const
        await recordRefusal(core.database, visitOf(request), about, refusal)
      }
      throw refusal
    }
  }

  /** Anybody can begin a sign-in without credentials, so an address writes only so many steps. */
  async function mayTell(request: FastifyRequest, client: RegisteredClient): Promise<boolean> {
    const about = `authorize ${client.project.id}`
    if ((await core.strangers.wait(request.ip, about)) > 0) return false
    await core.strangers.count(request.ip, about)
    return true
  }

  async function hintedSubject(hint: Parameters[string]): Promise<string | null> {
    if (typeof hint !== 'string' || hint === '') return null
    const claims = await readIdTokenHint(core, hint)
    if (!claims)
      throw new AuthorizationError('invalid_request', 'The id_token_hint is not one of this server.')
    return claims.sub
  }
}

/** Where the reader signs in: at the site that Gatepass serves, else at the login URL right away. */
function signInAt(
  issuer: string,
  { project }: RegisteredClient,
  asked: AuthorizationRequest,
  waiting: { id: string; secret: string; traceId: string },
  uiLocales: string | undefined,
): string {
  if (!project.siteElsewhere) {
    const url = new URL(`${project.siteUrl}/gate/continue?authorization=${waiting.id}`)
    if (uiLocales) url.searchParams.set('ui_locales', uiLocales)
    return url.href
  }
  return loginUrlFor(project, issuer, {
    path: '/',
    attempt: { state: waiting.traceId, codeChallenge: sha256(waiting.secret).toString('base64url') },
    loginHint: asked.loginHint ?? undefined,
    prompt: asked.prompt ?? undefined,
    maxAge: asked.maxAge ?? undefined,
    uiLocales,
  })
}

async function tell(
  core: Core,
  request: FastifyRequest,
  client: RegisteredClient,
  error: AuthorizationError,
): Promise<void> {
  const reasons: Partial<Record<string, string>> = {
    login_required: 'login_required',
    access_denied: 'jwt_off',
  }
  const reason = reasons[error.code] ?? 'request_malformed'
  const detail = { clientId: client.id, error: error.code, problem: error.message }
  const refusal = new AppError('invalid_request', error.message, { reason, detail })
  const about = {
    step: 'authorize',
    projectId: client.project.id,
    reader: null,
    at: core.clock.now(),
  } as const
  if ((await core.strangers.wait(request.ip, client.project.id)) > 0) return
  await core.strangers.count(request.ip, client.project.id)
  await recordRefusal(core.database, visitOf(request), about, refusal)
}
