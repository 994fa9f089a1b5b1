// Forms are answered from our own pages alone: each carries a token that follows from a cookie which other sites can
// neither read nor set, and browsers say where a form comes from. Both are asked.
import { createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sameDigest, sha256 } from '../platform/hashing.ts'
import { randomBytes } from '../platform/random.ts'
import { cookieJar } from './cookies.ts'

/** Name of the hidden field. */
export const TOKEN_FIELD = 'form_token'

/** The token for forms of a browser that holds this secret. `purpose`: what they are for. */
export function formTokenOf(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url')
}

/** Whether a form carries the token of this secret. */
export function carriesToken(request: FastifyRequest, secret: string | undefined, purpose: string): boolean {
  const sent = (request.body as Record<string, unknown> | undefined)?.[TOKEN_FIELD]
  return (
    secret !== undefined &&
    typeof sent === 'string' &&
    sameDigest(sha256(sent), sha256(formTokenOf(secret, purpose)))
  )
}

/** Where a browser says that a request comes from; `nowhere`: no browser, or one that says nothing. */
export function comesFrom(request: FastifyRequest, issuer: string): 'here' | 'elsewhere' | 'nowhere' {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined) return origin === issuer ? 'here' : 'elsewhere'
  if (site !== undefined) return site === 'same-origin' ? 'here' : 'elsewhere'
  return 'nowhere'
}

/** The secret of a browser that is not signed in, in a cookie of this name. */
export function visitorSecrets(issuer: string, name: string) {
  const cookies = cookieJar(issuer)
  const read = (request: FastifyRequest): string | undefined => {
    const values = cookies.read(request, name).filter(({ rest }) => rest === '')
    return values.length === 1 ? values[0]!.value : undefined
  }
  return {
    read,
    /** Makes one where there is none yet. */
    ensure(request: FastifyRequest, reply: FastifyReply): string {
      const known = read(request)
      if (known !== undefined) return known
      const made = randomBytes(32).toString('base64url')
      cookies.set(reply, name, made, 3600)
      return made
    },
  }
}
