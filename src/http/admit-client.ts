import type { FastifyRequest } from 'fastify'
import { recordRefusal, type StepName } from '../audit/attempts.ts'
import { AppError } from '../errors.ts'
import { ASSERTION_TYPE, authenticateByAssertion } from '../oidc/client-assertion.ts'
import { sha256 } from '../platform/hashing.ts'
import {
  type AuthenticatedClient,
  authenticateApplication,
  authenticateClient,
  showClientId,
} from '../projects/client-secrets.ts'
import type { ClientSecret } from '../projects/project.ts'
import type { RegisteredClient } from '../projects/registry.ts'
import { readBasicCredentials, readClientCredentials } from './client-credentials.ts'
import type { Core } from './core.ts'
import { visitOf } from './visit.ts'

/**
 * Lets a login endpoint through that proves who it is by its secret.
 * @throws AppError `invalid_client` or `slow_down`.
 */
export async function admitLoginClient(core: Core, request: FastifyRequest): Promise<AuthenticatedClient> {
  const credentials = readBasicCredentials(request.headers.authorization)
  return await guard(core, 'code', credentials?.clientId, request, async () =>
    authenticateClient(core.registry, 'login', credentials, core.clock.now()),
  )
}

/**
 * Lets a program through by its application access token: as it is, or as `Bearer`.
 * @throws AppError `invalid_client` or `slow_down`.
 */
export async function admitApplication(core: Core, request: FastifyRequest): Promise<AuthenticatedClient> {
  const { authorization = '' } = request.headers
  const token = /^(?:bearer +)?(\S+) *$/i.exec(authorization)?.[1]
  // The token says whose it is. Unknown ones count together: there is no client that anybody could be kept from.
  const clientId = token && core.registry.application(sha256(token))?.client.id
  return await guard(core, 'code', clientId, request, async () =>
    authenticateApplication(core.registry, token, core.clock.now()),
  )
}

/** A knowledge base that proved who it is, and the secret that it did so by, where it has one. */
export interface AdmittedSite {
  readonly client: RegisteredClient
  readonly secret?: ClientSecret
}

/**
 * Lets a knowledge base through that proves who it is: by its secret, by a signed assertion, or, where it can keep no
 * secret, by its ID alone (RFC 6749, section 3.2.1).
 * @throws AppError `invalid_client`, `slow_down`, or `invalid_request` for two proofs at once.
 */
export async function admitSiteClient(
  core: Core,
  request: FastifyRequest,
  form: Readonly<Record<string, string>>,
): Promise<AdmittedSite> {
  const { client_id: claimed, client_assertion: assertion, client_assertion_type: type } = form
  const { authorization } = request.headers
  if (assertion !== undefined || type !== undefined) {
    if (
      authorization !== undefined ||
      form.client_secret !== undefined ||
      type !== ASSERTION_TYPE ||
      !assertion
    ) {
      throw new AppError('invalid_request', 'Authenticate in one way: with an assertion, or with a secret.')
    }
    return await guard(core, 'swap', claimed, request, async () => ({
      client: await authenticateByAssertion(core, assertion, claimed),
    }))
  }
  const credentials = readClientCredentials(authorization, form)
  return await guard(core, 'swap', credentials?.clientId ?? claimed, request, async () => {
    const known = claimed === undefined ? undefined : core.registry.client(claimed)
    if (credentials === undefined && authorization === undefined && known?.authMethod === 'none') {
      return { client: known }
    }
    const admitted = authenticateClient(core.registry, 'site', credentials, core.clock.now())
    if (admitted.client.authMethod === 'client_secret') return admitted
    throw new AppError('invalid_client', 'Client authentication failed.', { reason: 'client_wrong_kind' })
  })
}

/** Slows down who keeps failing, and tells the project's timeline why somebody was refused. */
async function guard<T>(
  core: Core,
  step: StepName,
  clientId: string | undefined,
  request: FastifyRequest,
  authenticate: () => Promise<T>,
): Promise<T> {
  const claimed = clientId?.slice(0, 64) ?? ''
  const retryAfter = await core.failures.wait(request.ip, claimed)
  if (retryAfter > 0) {
    const sentence = 'Too many requests with wrong credentials; wait before the next one.'
    throw new AppError('slow_down', sentence, { retryAfter })
  }
  try {
    return await authenticate()
  } catch (refusal) {
    if (!(refusal instanceof AppError) || refusal.code !== 'invalid_client') throw refusal
    const reachedLimit = await core.failures.count(request.ip, claimed)
    const projectId = core.registry.client(claimed)?.project.id ?? null
    const about = { step, projectId, reader: null, at: core.clock.now() }
    await recordRefusal(core.database, visitOf(request), about, refusal)
    // The requests that are turned away from here on leave no further trace; this step says why they stopped.
    if (reachedLimit) {
      const more = { reason: 'too_many_failures', detail: { clientId: showClientId(claimed) } }
      await recordRefusal(core.database, visitOf(request), about, new AppError('slow_down', '', more))
    }
    throw refusal
  }
}
