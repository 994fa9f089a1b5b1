// Where a callback leads: to the page that its query names, else the push, else home.
import type { FastifyRequest } from 'fastify'
import { findAttemptPath } from '../audit/attempts.ts'
import type { Code } from '../codes/code.ts'
import { landingPath } from '../codes/landing-path.ts'
import { isTraceId } from '../platform/trace-id.ts'
import { homePath, type Project } from '../projects/project.ts'
import { openAttempts } from './attempt-cookies.ts'
import type { SiteDeps } from './site-request.ts'

export type CallbackQuery = Readonly<Record<string, string | string[] | undefined>>

/** What a browser brings to one of the callbacks. */
export interface Arrival {
  readonly code: string
  /** It came in a login token. */
  readonly loginToken: boolean
  /** Says where to land, in the spellings of `/jwt/authorize`. */
  readonly query: CallbackQuery
}

/** Spellings in use out there. */
const redirectParameters = ['redirectUrl', 'RedirectUrl', 'RedirectPath']

/** Where the query sends the reader, else where the push did, else home; a path that could lead elsewhere is home. */
export function landing(project: Project, query: CallbackQuery, pushed: string | null): string {
  const asked = redirectParameters.filter(name => query[name] !== undefined)
  if (asked.length === 0) return pushed ?? homePath(project)
  return (asked.length === 1 ? landingPath(query[asked[0]!]) : undefined) ?? homePath(project)
}

/**
 * The page that the reader wanted when a sign-in failed: opening it begins a new one, or shows it to who is signed in.
 * Where neither query nor push name it, the attempt does: that of the code, of `state`, or the newest of this browser.
 */
export async function startAgainAt(
  deps: SiteDeps,
  project: Project,
  request: FastifyRequest,
  query: CallbackQuery,
  code: Code | undefined,
): Promise<string> {
  const named = redirectParameters.some(name => query[name] !== undefined)
  if (named || code?.redirectPath) return landing(project, query, code?.redirectPath ?? null)
  const attempts = [code?.traceId, query.state, ...openAttempts(request, project)]
  for (const traceId of attempts.slice(0, 3)) {
    if (typeof traceId !== 'string' || !isTraceId(traceId)) continue
    const path = landingPath(await findAttemptPath(deps.database.read, project.id, traceId))
    if (path) return path
  }
  return homePath(project)
}
