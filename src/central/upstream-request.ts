// What the doors of signing in at a provider read off a request: what the site's redirect brought (contract, section 2).
import type { FastifyRequest } from 'fastify'
import { landingPath } from '../codes/landing-path.ts'
import { AppError } from '../errors.ts'
import type { Core } from '../http/core.ts'
import type { Project } from '../projects/project.ts'
import type { AskedFor } from '../upstream/hand-over.ts'

export type Query = Readonly<Record<string, string | string[] | undefined>>

/** @throws AppError `not_found`. */
export function projectOf(core: Core, slug: string): Project {
  const project = core.registry.projectBySlug(slug)
  if (!project) throw new AppError('not_found', 'There is nothing here.')
  return project
}

/**
 * What the site asked for. A challenge that is no challenge is refused: without it the sign-in would be bound to nobody.
 * @throws AppError `invalid_request`.
 */
export function readAskedFor(query: Query): AskedFor {
  const { state, code_challenge: codeChallenge, code_challenge_method: method, RedirectPath: path } = query
  const bound = codeChallenge !== undefined || method !== undefined
  const sound = typeof codeChallenge === 'string' && /^[A-Za-z0-9_-]{43}$/.test(codeChallenge)
  if (bound && !(sound && method === 'S256')) {
    throw new AppError('invalid_request', 'The code_challenge is not one of S256.', {
      reason: 'request_malformed',
      detail: { parameter: 'code_challenge' },
    })
  }
  return {
    redirectPath: landingPath(path),
    ...(typeof state === 'string' && state.length <= 512 && { state }),
    ...(sound && { codeChallenge }),
  }
}

/** A text of visible characters and blanks, or undefined. */
export function textIn(query: Query, name: string, most = 320): string | undefined {
  const value = query[name]
  const fits = typeof value === 'string' && value.length > 0 && value.length <= most
  return fits && !/\p{Cc}|\p{Cs}/u.test(value) ? value : undefined
}

/** Anybody can begin a sign-in without credentials, so an address writes only so many steps. */
export function mayTell(core: Core, request: FastifyRequest, project: Project): () => Promise<boolean> {
  const about = `upstream ${project.id}`
  return async () => {
    if ((await core.strangers.wait(request.ip, about)) > 0) return false
    await core.strangers.count(request.ip, about)
    return true
  }
}

/** The same address with the provider that was chosen. */
export function withProvider(path: string, slug: string): string {
  const url = new URL(path, 'http://here.invalid')
  url.searchParams.set('provider', slug)
  return url.pathname + url.search
}
