// What every route of a site asks first: whose site is this, and who is here.
import type { FastifyRequest } from 'fastify'
import type { Core } from '../http/core.ts'
import type { HostReader } from '../http/trust-proxy.ts'
import { keyOfSecret } from '../platform/one-time-secret.ts'
import type { Project } from '../projects/project.ts'
import type { LiveSession } from '../sessions/session.ts'
import { findLiveSession } from '../sessions/session-store.ts'
import { readSessionCookie } from './cookies.ts'

/** What the routes of a site are given. */
export interface SiteDeps extends Core {
  readonly hostOf: HostReader
}

/** The project whose site was asked; the door constraint has seen to it that there is one. */
export function siteOf(deps: SiteDeps, request: FastifyRequest): Project {
  return deps.registry.projectByHost(deps.hostOf(request.raw))!
}

/** The key of the session that the browser's cookie names, whether or not it lives. */
export function presentedSessionKey(request: FastifyRequest, project: Project): Buffer | undefined {
  const cookie = readSessionCookie(request, project)
  return cookie === undefined ? undefined : keyOfSecret(cookie)
}

/** The session of whoever asks, if it lives and is one of this project's site. */
export async function currentSession(
  deps: SiteDeps,
  request: FastifyRequest,
  project: Project,
): Promise<LiveSession | undefined> {
  const key = presentedSessionKey(request, project)
  const session = key && (await findLiveSession(deps.database.read, key, deps.clock.now()))
  return session?.projectId === project.id && session.kind === 'site' ? session : undefined
}

/** A browser that fetches ahead (Fetch Metadata's Sec-Purpose, and its forerunners) is nobody's wish to sign in or out. */
export function isPrefetch(request: FastifyRequest): boolean {
  const { 'sec-purpose': secPurpose, purpose, 'x-moz': xMoz } = request.headers
  return [secPurpose, purpose, xMoz].some(value => typeof value === 'string' && /\bprefetch\b/i.test(value))
}
