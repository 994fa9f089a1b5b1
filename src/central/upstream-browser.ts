// What a browser keeps at the identity server while its reader is at a provider: a secret for each sign-in that it began.
// Several tabs, several cookies; the oldest go first.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { cookieJar } from '../http/cookies.ts'
import type { Begun } from '../upstream/begin-sign-in.ts'
import { UPSTREAM_LIFE, type UpstreamSignIn, upstreamName } from '../upstream/upstream-sign-in.ts'

const PREFIX = 'gatepass_upstream_'
const MOST = 5

export interface UpstreamBrowser {
  keep(request: FastifyRequest, reply: FastifyReply, begun: Begun): void
  secretOf(request: FastifyRequest, signIn: UpstreamSignIn): string | undefined
  forget(reply: FastifyReply, signIn: UpstreamSignIn): void
}

export function createUpstreamBrowser(issuer: string): UpstreamBrowser {
  const cookies = cookieJar(issuer)
  return {
    keep(request, reply, { browser }) {
      const names = cookies.read(request, PREFIX).map(({ rest }) => rest)
      for (const rest of names.sort().slice(0, Math.max(0, names.length - MOST + 1))) {
        cookies.set(reply, PREFIX + rest, '', 0)
      }
      cookies.set(reply, PREFIX + browser.name, browser.secret, UPSTREAM_LIFE / 1000)
    },
    secretOf(request, { key }) {
      const held = cookies.read(request, PREFIX + upstreamName(key))
      // Two of one name: one was planted, and which is not for us to guess.
      return held.length === 1 ? held[0]!.value : undefined
    },
    forget: (reply, { key }) => cookies.set(reply, PREFIX + upstreamName(key), '', 0),
  }
}
