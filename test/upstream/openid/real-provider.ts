// oidc-provider from npm, a certified OpenID provider, as it is: it signs in whoever `login_hint` names, else Ada, without
// asking. Keys can be rotated under it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import type { Test } from 'tap'

export interface RealProvider {
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
  /** `GET /path` of every request so far. */
  readonly asked: string[]
  /** The query of the last authorization request. */
  lastRequest: URLSearchParams | undefined
  /** Of the next sign-ins: `access_denied` in the place of an answer. */
  refuses: boolean
  rotate(): Promise<void>
  /** What a browser does there, from the address that it was sent to, until it is sent away. */
  visit(url: string): Promise<string>
}

export const accounts: Readonly<Record<string, Record<string, unknown>>> = {
  ada: {
    email: 'ada@example.com',
    email_verified: true,
    given_name: 'Ada',
    family_name: 'Lovelace',
    groups: ['Staff', 'Everybody'],
  },
  eve: { email: 'ada@example.com', email_verified: false, name: 'Eve', groups: [] },
}

export async function startRealProvider(
  t: Pick<Test, 'teardown'>,
  options: {
    readonly redirectUri: (issuer: string) => string
    readonly client?: Record<string, unknown>
    /** Claims in the ID token too, not at userinfo alone. */
    readonly inIdToken?: boolean
  },
): Promise<RealProvider> {
  const handler: { now: (request: never, response: never) => void } = { now: () => {} }
  const server = createServer((request, response) => handler.now(request as never, response as never)).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const made: RealProvider = {
    issuer,
    clientId: 'gatepass',
    secret: 'a secret of the provider, %&+ and all',
    asked: [],
    lastRequest: undefined,
    refuses: false,
    rotate,
    visit: url => visit(issuer, url),
  }

  async function rotate() {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true })
    const key = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' }
    const provider = new Provider(issuer, configuration(key))
    const answer = provider.callback()
    handler.now = async (request: never, response: never) => {
      const { method, url = '' } = request as { method: string; url: string }
      const { pathname, searchParams } = new URL(url, issuer)
      made.asked.push(`${method} ${pathname}`)
      if (pathname === '/auth') made.lastRequest = searchParams
      if (!pathname.startsWith('/interaction/')) return answer(request, response)
      const { params } = await provider.interactionDetails(request, response)
      const refusal = { error: 'access_denied', error_description: 'End-User aborted interaction' }
      const accountId = params.login_hint ?? 'ada'
      const result = made.refuses ? refusal : { login: { accountId } }
      await provider.interactionFinished(request, response, result as never, {
        mergeWithLastSubmission: false,
      })
    }
  }

  function configuration(key: object): Record<string, unknown> {
    return {
      clients: [
        {
          client_id: made.clientId,
          client_secret: made.secret,
          redirect_uris: [options.redirectUri(issuer)],
          ...options.client,
        },
      ],
      jwks: { keys: [key] },
      cookies: { keys: ['a key for the cookies of the test'] },
      claims: {
        openid: ['sub'],
        profile: ['given_name', 'family_name', 'name', 'groups'],
        email: ['email', 'email_verified'],
      },
      conformIdTokenClaims: options.inIdToken !== true,
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: async () => ({ sub: id, ...accounts[id] }),
      }),
      async loadExistingGrant(ctx: {
        oidc: { provider: Provider; client: { clientId: string }; session: { accountId: string } }
      }) {
        const { provider, client, session } = ctx.oidc
        const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
        grant.addOIDCScope('openid profile email')
        await grant.save()
        return grant
      },
    }
  }

  await rotate()
  return made
}

async function visit(issuer: string, start: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = start
  for (let hop = 0; hop < 8; hop++) {
    if (!url.startsWith(issuer)) return url
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} })
    for (const header of answer.headers.getSetCookie()) {
      const [pair = ''] = header.split(';')
      const equals = pair.indexOf('=')
      cookies.set(pair.slice(0, equals), pair.slice(equals + 1))
    }
    const next = answer.headers.get('location')
    if (next === null) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
    url = new URL(next, url).href
  }
  throw new Error('redirected in circles')
}
