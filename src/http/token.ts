// The token endpoint (contract, section 4; RFC 6749, section 3.2): site clients swap codes here.
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import { exchangeCode } from '../oidc/exchange-code.ts'
import { admitClient } from './admit-client.ts'
import { readClientCredentials } from './client-credentials.ts'
import type { Core } from './core.ts'
import { visitOf } from './visit.ts'

export async function tokenRoutes(app: FastifyInstance, core: Core): Promise<void> {
  app.post<{ Body: Record<string, string> }>('/oauth/token', async request => {
    const form = request.body ?? {}
    const credentials = readClientCredentials(request.headers.authorization, form)
    const by = await admitClient(core, 'site', 'swap', credentials, request)
    const { grant_type: grantType, code, redirect_uri: redirectUri, code_verifier: codeVerifier } = form
    if (!grantType) throw new AppError('invalid_request', 'The parameter grant_type is missing.')
    if (grantType !== 'authorization_code') {
      throw new AppError('unsupported_grant_type', 'The grant type here is authorization_code.')
    }
    if (!code) throw new AppError('invalid_request', 'The parameter code is missing.')
    return await exchangeCode(
      core,
      by,
      { code, ...(redirectUri && { redirectUri }), ...(codeVerifier && { codeVerifier }) },
      visitOf(request),
    )
  })
}
