// A secret that was just made is shown on the next page, once. On its way there it travels in a cookie that only this
// installation can open, so that reloading the page neither makes a second one nor shows it again.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { cookieJar } from '../http/cookies.ts'
import { unwrap, wrap } from '../keys/wrap.ts'
import type { ConsoleCore } from './console-core.ts'
import { visitOf } from './visit.ts'

const ONCE = 'gatepass_console_once'
const LIFE = 60_000

/** A secret with the words around it. */
export interface ShownOnce {
  /** `Client secret` */
  readonly label: string
  readonly value: string
  /** What to do with it, and what became of the one before. */
  readonly hint: string
}

/** Hands a secret to the page at `path`, which the reply redirects to. */
export function showOnce(
  core: ConsoleCore,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  shown: ShownOnce,
): void {
  const claim = { ...shown, path, until: core.clock.now() + LIFE }
  const sealed = wrap(core.wrapping, nameFor(request), Buffer.from(JSON.stringify(claim)))
  cookieJar(core.issuer).set(reply, ONCE, sealed.toString('base64url'), LIFE / 1000)
}

/** The secret that this page is to show, if there is one; it is gone afterwards. */
export function takeShown(
  core: ConsoleCore,
  request: FastifyRequest,
  reply: FastifyReply,
): ShownOnce | undefined {
  const [found] = cookieJar(core.issuer)
    .read(request, ONCE)
    .filter(({ rest }) => rest === '')
  if (!found) return undefined
  const claim = open(core, request, found.value)
  if (claim && claim.path !== request.url.split('?')[0]) return undefined
  cookieJar(core.issuer).set(reply, ONCE, '', 0)
  return claim && claim.until > core.clock.now() ? claim : undefined
}

function open(
  core: ConsoleCore,
  request: FastifyRequest,
  sealed: string,
): (ShownOnce & { path: string; until: number }) | undefined {
  try {
    return JSON.parse(unwrap(core.wrapping, nameFor(request), Buffer.from(sealed, 'base64url')).toString())
  } catch {
    return undefined // planted, or of another session: nothing to show
  }
}

/** Bound to the session, so that whoever signs in next in this browser does not see it. */
function nameFor(request: FastifyRequest): string {
  return `shown once ${visitOf(request).session.key.toString('base64url')}`
}
