import type { FastifyRequest } from 'fastify'
import { maySee, requireProjectFor, type Scope } from '../administrators/principal.ts'
import type { Project } from '../projects/project.ts'
import type { ConsoleCore } from './console-core.ts'
import { formToken } from './forgery.ts'
import type { ConsoleFrame } from './pages/console-frame.ts'
import { visitOf } from './visit.ts'

/** What stands around every page: who is signed in, which projects they have, and where they are. */
export function frameOf(core: ConsoleCore, request: FastifyRequest, project?: Project): ConsoleFrame {
  const { administrator, principal, secret } = visitOf(request)
  const { done } = request.query as Record<string, unknown>
  return {
    me: administrator,
    scopes: principal.scopes,
    allProjects: principal.projects === 'all',
    token: formToken(secret),
    path: request.url.split('?')[0]!,
    project,
    projects: core.registry.projects().filter(candidate => maySee(principal, candidate.id)),
    done: typeof done === 'string' ? done : undefined,
    now: core.clock.now(),
  }
}

/** The project that the address names. @throws AppError `not_found`, `access_denied`. */
export function projectOf(core: ConsoleCore, request: FastifyRequest, scope: Scope): Project {
  const { slug } = request.params as { slug: string }
  return requireProjectFor(visitOf(request).principal, core.registry, slug, scope)
}
