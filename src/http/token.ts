// The token endpoint (contract, section 4; RFC 6749, section 3.2) and what else clients ask over the back channel.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { AuthorizationError } from '../oidc/authorization-request.ts'
import { exchangeCode } from '../oidc/exchange-code.ts'
import { exchangeProviderToken, TOKEN_EXCHANGE } from '../oidc/exchange-provider-token.ts'
import { introspect } from '../oidc/introspect.ts'
import { pushRequest } from '../oidc/pushed-requests.ts'
import { refreshTokens } from '../oidc/refresh.ts'
import { revoke } from '../oidc/revoke.ts'
import type { TokenResponse } from '../tokens/issue-tokens.ts'
import { type AdmittedSite, admitSiteClient } from './admit-client.ts'
import type { Core } from './core.ts'
import { readExchange } from './read-exchange.ts'
import { visitOf } from './visit.ts'

type Form = Readonly<Record<string, string>>
type FormRequest = FastifyRequest<{ Body: Form | undefined }>

const grants: Record<
  string,
  (core: Core, by: AdmittedSite, form: Form, request: FastifyRequest) => Promise<TokenResponse>
> = {
  authorization_code: (core, by, form, request) =>
    exchangeCode(
      core,
      by,
      {
        code: required(form, 'code'),
        ...(form.redirect_uri && { redirectUri: form.redirect_uri }),
        ...(form.code_verifier && { codeVerifier: form.code_verifier }),
      },
      visitOf(request),
    ),
  refresh_token: (core, { client }, form, request) =>
    refreshTokens(
      core,
      client,
      { refreshToken: required(form, 'refresh_token'), ...(form.scope && { scope: form.scope }) },
      visitOf(request),
    ),
  [TOKEN_EXCHANGE]: (core, by, form, request) => {
    if (by.client.authMethod === 'none')
      throw new AppError('invalid_client', 'A public client may not exchange tokens.')
    return exchangeProviderToken(core, by, readExchange(form), visitOf(request))
  },
}

export async function tokenRoutes(app: FastifyInstance, core: Core): Promise<void> {
  app.post('/oauth/token', async (request: FormRequest) => {
    const form = request.body ?? {}
    const by = await admitSiteClient(core, request, form)
    const grant = grants[required(form, 'grant_type')]
    if (!grant) {
      throw new AppError(
        'unsupported_grant_type',
        `The grant types here are ${Object.keys(grants).join(', ')}.`,
      )
    }
    return await grant(core, by, form, request)
  })

  app.post('/oauth/introspect', async (request: FormRequest) => {
    const form = request.body ?? {}
    const { client } = await admitSiteClient(core, request, form)
    if (client.authMethod === 'none')
      throw new AppError('invalid_client', 'A public client may not introspect.')
    return await introspect(core, client, required(form, 'token'))
  })

  app.post('/oauth/revoke', async (request: FormRequest) => {
    const form = request.body ?? {}
    const { client } = await admitSiteClient(core, request, form)
    await revoke(core, client, required(form, 'token'))
    return {}
  })

  app.post('/oauth/par', async (request: FormRequest, reply) => {
    const form = request.body ?? {}
    const { client } = await admitSiteClient(core, request, form)
    try {
      return reply.code(201).send(await pushRequest(core, client, form))
    } catch (error) {
      if (!(error instanceof AuthorizationError)) throw error
      // What would be told at the redirect URI is told here (RFC 9126, section 2.3).
      const { code, message } = error
      return reply.code(400).send({ error: code, error_description: message, trace_id: request.id })
    }
  })
}

function required(form: Form, name: string): string {
  const value = form[name]
  if (!value) throw new AppError('invalid_request', `The parameter ${name} is missing.`)
  return value
}
