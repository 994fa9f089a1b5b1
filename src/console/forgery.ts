// Forms of the console are answered from its own pages alone: each carries a token that follows from a cookie which
// other sites can neither read nor set, and browsers say where a form comes from. Both are asked, on every writing route.
import { createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { cookieJar } from '../http/cookies.ts'
import { sameDigest, sha256 } from '../platform/hashing.ts'
import { randomBytes } from '../platform/random.ts'
import type { ConsoleCore } from './console-core.ts'

/** Name of the hidden field. */
export const TOKEN_FIELD = 'form_token'
const VISITOR = 'gatepass_console_visitor'

/** The token for forms of a browser that holds this secret. */
export function formToken(secret: string): string {
  return createHmac('sha256', secret).update('console form').digest('base64url')
}

/** The secret of a browser that is not signed in; set where it has none yet. */
export function visitorSecret(core: ConsoleCore, request: FastifyRequest, reply: FastifyReply): string {
  const known = readVisitor(core, request)
  if (known !== undefined) return known
  const made = randomBytes(32).toString('base64url')
  cookieJar(core.issuer).set(reply, VISITOR, made, 3600)
  return made
}

/**
 * Lets a writing request pass only from a page of ours, in the browser that it was made for.
 * @throws AppError `access_denied`.
 */
export function refuseForgery(
  core: ConsoleCore,
  request: FastifyRequest,
  sessionSecret: string | undefined,
): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined && origin !== core.issuer) throw foreign(core.issuer)
  if (origin === undefined && site !== undefined && site !== 'same-origin') throw foreign(core.issuer)
  const secret = sessionSecret ?? readVisitor(core, request)
  const sent = (request.body as Record<string, unknown> | undefined)?.[TOKEN_FIELD]
  if (
    secret === undefined ||
    typeof sent !== 'string' ||
    !sameDigest(sha256(sent), sha256(formToken(secret)))
  ) {
    throw new AppError(
      'access_denied',
      'This form is too old or was opened in another browser. Load the page again.',
    )
  }
}

function readVisitor(core: ConsoleCore, request: FastifyRequest): string | undefined {
  const values = cookieJar(core.issuer)
    .read(request, VISITOR)
    .filter(({ rest }) => rest === '')
  return values.length === 1 ? values[0]!.value : undefined
}

function foreign(issuer: string): AppError {
  return new AppError(
    'access_denied',
    `This form did not come from the console. Open it at ${issuer}/console.`,
  )
}
