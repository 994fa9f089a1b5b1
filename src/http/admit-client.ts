import type { FastifyRequest } from 'fastify'
import { recordRefusal, type StepName } from '../audit/attempts.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { FailureLimits } from '../platform/failure-limits.ts'
import { type AuthenticatedClient, authenticateClient, showClientId } from '../projects/client-secrets.ts'
import type { ClientKind } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import type { ClientCredentials } from './client-credentials.ts'
import { visitOf } from './visit.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly failures: FailureLimits
}

/**
 * Lets a client through that proves who it is, slows down who keeps failing, and tells the project's timeline why.
 * @throws AppError `invalid_client` or `slow_down`.
 */
export async function admitClient(
  deps: Deps,
  kind: ClientKind,
  step: StepName,
  credentials: ClientCredentials | undefined,
  request: FastifyRequest,
): Promise<AuthenticatedClient> {
  const claimed = credentials?.clientId.slice(0, 64) ?? ''
  const retryAfter = await deps.failures.wait(request.ip, claimed)
  if (retryAfter > 0) {
    throw new AppError('slow_down', 'Too many requests with wrong credentials; wait before the next one.', {
      retryAfter,
    })
  }
  const now = deps.clock.now()
  try {
    return authenticateClient(deps.registry, kind, credentials, now)
  } catch (refusal) {
    if (!(refusal instanceof AppError)) throw refusal
    const reachedLimit = await deps.failures.count(request.ip, claimed)
    const projectId = deps.registry.client(claimed)?.project.id ?? null
    const about = { step, projectId, reader: null, at: now }
    await recordRefusal(deps.database, visitOf(request), about, refusal)
    // The requests that are turned away from here on leave no further trace; this step says why they stopped.
    if (reachedLimit) {
      const limited = new AppError('slow_down', '', {
        reason: 'too_many_failures',
        detail: { clientId: showClientId(claimed) },
      })
      await recordRefusal(deps.database, visitOf(request), about, limited)
    }
    throw refusal
  }
}
