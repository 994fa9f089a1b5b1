// An OpenID Connect site as seen from the back channel: a real HTTP server that takes logout tokens, and a client and
// sessions of Gatepass that go with it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { pino } from 'pino'
import type { Test } from 'tap'
import type { Database } from '../src/db/database.ts'
import { moveSettingsVersion } from '../src/db/settings-version.ts'
import { createKeyRing } from '../src/keys/key-ring.ts'
import { wrappingKey } from '../src/keys/wrap.ts'
import { createNoticeDelivery } from '../src/oidc/deliver-logout-notices.ts'
import {
  createOutboundFetch,
  type OutboundFetch,
  type OutboundOptions,
} from '../src/platform/outbound-fetch.ts'
import { timeOrderedBytes, uuidv7 } from '../src/platform/random.ts'
import { createRegistry } from '../src/projects/registry.ts'
import type { Session } from '../src/sessions/session.ts'
import { insertSession } from '../src/sessions/session-store.ts'
import type { TestApp } from './start-app.ts'

export interface RelyingParty {
  /** Where it takes logout tokens. */
  readonly uri: string
  readonly requests: { method: string; type: string | undefined; body: string }[]
  /** The logout tokens that came, oldest first. */
  tokens(): string[]
  /** What it answers from now on: a status, or anything. */
  answers(with_: number | ((request: IncomingMessage, response: ServerResponse) => void)): void
  /** Resolves when so many requests have come in all. */
  hasSeen(count: number): Promise<void>
}

export async function startRelyingParty(t: Test): Promise<RelyingParty> {
  let answer: number | ((request: IncomingMessage, response: ServerResponse) => void) = 200
  const requests: RelyingParty['requests'] = []
  const waiting: { count: number; seen: () => void }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', text => {
      body += text
    })
    request.on('end', () => {
      requests.push({ method: request.method!, type: request.headers['content-type'], body })
      if (typeof answer === 'number') response.writeHead(answer).end()
      else answer(request, response)
      for (const each of waiting) if (requests.length >= each.count) each.seen()
    })
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/backchannel`,
    requests,
    tokens: () => requests.map(({ body }) => new URLSearchParams(body).get('logout_token')!),
    answers: next => {
      answer = next
    },
    hasSeen: count =>
      new Promise(seen => {
        waiting.push({ count, seen })
        if (requests.length >= count) seen()
      }),
  }
}

/** A client of a project that is told at `uri` when its sessions end. @returns its ID. */
export async function addClient(
  database: Database,
  projectId: string,
  uri: string | null,
  more: { name?: string; algorithm?: 'ES256' | 'EdDSA' | 'RS256' } = {},
): Promise<string> {
  const id = uuidv7(Date.now())
  await database.write(async tx => {
    await tx
      .insertInto('clients')
      .values({
        id,
        project_id: projectId,
        kind: 'site',
        name: more.name ?? 'wiki',
        auth_method: 'client_secret',
        redirect_uris: '[]',
        post_logout_redirect_uris: '[]',
        backchannel_logout_uri: uri,
        jwks: null,
        id_token_algorithm: more.algorithm ?? null,
        created_at: 0,
        version: 1,
      })
      .execute()
    await moveSettingsVersion(tx)
  })
  return id
}

/** A session as the authorization endpoint opens it. @returns its key. */
export async function openSession(
  database: Database,
  now: number,
  about: Pick<Session, 'projectId' | 'readerId' | 'kind'> & Partial<Session>,
): Promise<Buffer> {
  const session: Session = {
    key: timeOrderedBytes(32, now),
    traceId: timeOrderedBytes(16, now).toString('hex'),
    createdAt: now,
    expiresAt: now + 900_000,
    centralKey: null,
    clientId: null,
    authTime: now,
    ...about,
  }
  await database.write(tx => insertSession(tx, session))
  return session.key
}

/** Delivers by hand, as one process of an installation would. */
export function deliveryOf(
  { database, clock, config }: TestApp,
  { fetch, ...options }: Partial<OutboundOptions> & { fetch?: OutboundFetch } = {},
): ReturnType<typeof createNoticeDelivery> {
  return createNoticeDelivery({
    database,
    clock,
    registry: createRegistry(database.read),
    keys: createKeyRing(database, clock, wrappingKey(config.secret)),
    issuer: config.issuer,
    fetch: fetch ?? createOutboundFetch({ ...config, ...options }),
    logger: pino({ level: 'silent' }),
  })
}

/** Checks a logout token as a site does, with jose and the published keys (Back-Channel Logout 1.0, section 2.6). */
export async function readLogoutToken(
  gatepass: TestApp,
  token: string,
  clientId: string,
): Promise<{ claims: JWTPayload; header: Record<string, unknown> }> {
  const jwks = await gatepass.get(`${gatepass.config.issuer}/.well-known/jwks.json`)
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks.json()), {
    issuer: gatepass.config.issuer,
    audience: clientId,
    typ: 'logout+jwt',
    currentDate: new Date(gatepass.clock.now()),
    requiredClaims: ['iat', 'exp', 'jti', 'events'],
    maxTokenAge: 120,
  })
  return { claims: payload, header: { ...protectedHeader } }
}
