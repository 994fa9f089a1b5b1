import type { FastifyRequest } from 'fastify'
import { API_KEY_PREFIX } from '../administrators/api-keys.ts'
import { authenticateApiKey } from '../administrators/authenticate-api-key.ts'
import {
  type Principal,
  requireAllProjects,
  requireProjectFor,
  requireScope,
} from '../administrators/principal.ts'
import { AppError } from '../errors.ts'
import type { Project } from '../projects/project.ts'
import type { ApiDeps, Operation } from './operation.ts'

export interface Admitted {
  readonly principal: Principal
  /** The API key itself, for what only its owner may read. */
  readonly bearer: string
  readonly project: Project | undefined
}

/**
 * Lets an API key through, from the header alone (RFC 6750, section 2.1): what stands in a URL stands in logs.
 * @throws AppError `invalid_token`, `slow_down`; `not_found` for a project that the key may not see, `access_denied`.
 */
export async function admitKey(
  deps: ApiDeps,
  operation: Operation,
  request: FastifyRequest,
): Promise<Admitted> {
  const bearer = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer === undefined) {
    throw new AppError('invalid_token', 'Send an API key: `Authorization: Bearer gpk_...`.')
  }
  const principal = await authenticate(deps, bearer, request.ip)
  return { principal, bearer, project: authorize(deps, principal, operation, request) }
}

/** An address that keeps guessing waits; what has not even the look of a key costs no look-up. */
async function authenticate(deps: ApiDeps, bearer: string, address: string): Promise<Principal> {
  const retryAfter = await deps.failures.wait(address, 'admin api')
  if (retryAfter > 0) {
    const sentence = 'Too many requests with wrong API keys; wait before the next one.'
    throw new AppError('slow_down', sentence, { retryAfter })
  }
  try {
    if (bearer.startsWith(API_KEY_PREFIX)) return await authenticateApiKey(deps, bearer, address)
    throw new AppError('invalid_token', 'The API key is unknown, revoked or over.')
  } catch (refusal) {
    if (refusal instanceof AppError && refusal.code === 'invalid_token') {
      await deps.failures.count(address, 'admin api')
    }
    throw refusal
  }
}

function authorize(
  deps: ApiDeps,
  principal: Principal,
  { scope, allProjects }: Operation,
  request: FastifyRequest,
): Project | undefined {
  const { project } = request.params as { project?: string }
  if (scope === null) return undefined
  if (project !== undefined) return requireProjectFor(principal, deps.registry, project, scope)
  if (allProjects) requireAllProjects(principal, scope)
  else requireScope(principal, scope)
  return undefined
}
