// A server that stands in for an identity provider and speaks as it does, or as one that is broken or hostile does.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Test } from 'tap'
import type { TestClock } from '../test-clock.ts'

export type Answer = (request: Asked, response: ServerResponse) => unknown

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface StandIn {
  readonly url: string
  /** `GET /path` of every request so far. */
  readonly asked: string[]
  /** In the place of the usual answer, until `undefined`. */
  instead: Answer | undefined
}

export async function standIn(t: Test, answer: Answer): Promise<StandIn> {
  const made: StandIn & { url: string } = { url: '', asked: [], instead: undefined }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://provider')
    let body = ''
    for await (const chunk of request) body += chunk
    made.asked.push(`${request.method} ${url.pathname}`)
    const { method = '', headers } = request
    const asked = { method, path: url.pathname, query: url.searchParams, headers, body }
    await (made.instead ?? answer)(asked, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  made.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return made
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** What a provider signs with: keys that it publishes, and rotates. */
export async function signer(clock: Pick<TestClock, 'now'>, algorithm = 'RS256') {
  const make = async () => {
    const pair = await generateKeyPair(algorithm, { extractable: true })
    const kid = `k${++count}`
    return { ...pair, kid, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use: 'sig' } }
  }
  let count = 0
  let key = await make()
  const foreign = await make()
  return {
    jwks: () => ({ keys: [key.jwk] }),
    /** The one before is not published any more. */
    async rotate() {
      key = await make()
    },
    /** Publishes the keys at an address, without a test that would stop it. */
    async serve() {
      const server = createServer((_, response) => json(response, 200, { keys: [key.jwk] })).listen(
        0,
        '127.0.0.1',
      )
      await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      return { url, close: () => server.close() }
    },
    kid: () => key.kid,
    publicKey: () => key.publicKey,
    /** Signs claims; `exp` in an hour. `by`: a key that is not published, under the name of the one that is. */
    async sign(
      claims: Record<string, unknown>,
      more: { by?: 'foreign'; header?: Record<string, unknown> } = {},
    ) {
      const seconds = Math.floor(clock.now() / 1000)
      return await new SignJWT({ iat: seconds, exp: seconds + 3600, ...claims })
        .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'JWT', ...more.header })
        .sign(more.by === 'foreign' ? foreign.privateKey : key.privateKey)
    },
  }
}
