// OpenID Connect as any application's developer would write it with `fetch` and `jose`: nothing here is special to
// Gatepass. Discovery, the code flow with PKCE, state and nonce, ID tokens and logout tokens checked by published keys.
import { createHash, randomBytes } from 'node:crypto'
import { createRemoteJWKSet, customFetch, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'

/** What the developer of this application was given. */
export interface OpenIdProvider {
  readonly issuer: string
  readonly clientId: string
  clientSecret(): Promise<string>
  /** Called when the provider does not take the secret. */
  refused(): void
  /** `fetch`, by a way that leads to the provider from here, which inside a container may be another address. */
  fetch(url: string, init: RequestInit): Promise<Response>
  /** Milliseconds since the epoch. */
  now(): number
}

/** A sign-in that has begun: what must come back, and what proves that it was begun here. */
export interface BegunSignIn {
  /** Where the browser goes. */
  readonly url: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Claims of the ID token, as far as this application has a use for them. */
export interface SignedIn {
  readonly sub: string
  readonly sid: string | undefined
  readonly name: string
  readonly email: string | undefined
  readonly groups: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly idToken: string
}

/** Why somebody is not signed in: a sentence for them. */
export class SignInError extends Error {}

interface Metadata {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
  readonly end_session_endpoint: string
}

const PATIENCE = 10_000
const ALGORITHMS = ['ES256', 'EdDSA', 'RS256']
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

export function createOpenIdSignIn(provider: OpenIdProvider, redirectUri: string) {
  let discovered: Promise<{ metadata: Metadata; keys: JWTVerifyGetKey }> | undefined

  async function discover() {
    discovered ??= readMetadata()
    try {
      return await discovered
    } catch (error) {
      discovered = undefined
      throw error
    }
  }

  async function readMetadata() {
    const answer = await ask(`${provider.issuer}/.well-known/openid-configuration`)
    if (answer.status !== 200)
      throw new SignInError(`The sign-in server's metadata: status ${answer.status}.`)
    const metadata = (await answer.json()) as Metadata
    if (metadata.issuer !== provider.issuer) {
      throw new SignInError('The sign-in server says that it is another one.')
    }
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri), {
      [customFetch]: (url, init) => provider.fetch(url, init),
      cooldownDuration: 1_000,
    })
    return { metadata, keys }
  }

  async function ask(url: string, init: RequestInit = {}): Promise<Response> {
    try {
      return await provider.fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE), ...init })
    } catch (cause) {
      throw new SignInError('The sign-in server does not answer.', { cause })
    }
  }

  async function verify(
    token: string,
    typ: 'JWT' | 'logout+jwt',
    requiredClaims: string[],
  ): Promise<JWTPayload> {
    const { keys } = await discover()
    const { payload } = await jwtVerify(token, keys, {
      issuer: provider.issuer,
      audience: provider.clientId,
      algorithms: ALGORITHMS,
      typ,
      requiredClaims,
      currentDate: new Date(provider.now()),
      clockTolerance: 5,
    })
    return payload
  }

  return {
    async begin(): Promise<BegunSignIn> {
      const { metadata } = await discover()
      const [state, nonce, verifier] = [secret(), secret(), secret()]
      const url = new URL(metadata.authorization_endpoint)
      url.search = new URLSearchParams({
        client_id: provider.clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: 'openid profile email groups',
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString()
      return { url: url.href, state, nonce, verifier }
    },

    /** Swaps the code of an answer to `begun`, whose `state` has been compared. @throws SignInError. */
    async finish(
      begun: Pick<BegunSignIn, 'nonce' | 'verifier'>,
      answered: { code?: string | undefined; iss?: string | undefined; error?: string | undefined },
    ): Promise<SignedIn> {
      // RFC 9207: an answer of another provider is none to this request.
      if (answered.iss !== provider.issuer) throw new SignInError('The answer is of another sign-in server.')
      if (answered.error !== undefined || !answered.code) {
        throw new SignInError(`The sign-in server answered: ${(answered.error ?? 'nothing').slice(0, 100)}.`)
      }
      const { metadata } = await discover()
      const credentials = `${provider.clientId}:${await provider.clientSecret()}`
      const answer = await ask(metadata.token_endpoint, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: answered.code,
          redirect_uri: redirectUri,
          code_verifier: begun.verifier,
        }),
      })
      if (answer.status === 401) provider.refused()
      const told = (await answer.json().catch(() => ({}))) as { id_token?: string; error?: string }
      if (answer.status !== 200 || !told.id_token) {
        throw new SignInError(`The sign-in server gave no token: ${told.error ?? answer.status}.`)
      }
      return await readIdToken(told.id_token, begun.nonce)
    },

    /** @throws where it is no logout token for this application (OpenID Connect Back-Channel Logout 1.0, section 2.6). */
    async readLogoutToken(
      token: string,
    ): Promise<{ jti: string; sid?: string; sub?: string; expiresAt: number }> {
      const claims = await verify(token, 'logout+jwt', ['iat', 'exp', 'jti', 'events'])
      const { jti, sid, sub, events, nonce, exp } = claims
      const event = isObject(events) ? events[LOGOUT_EVENT] : undefined
      if (!isObject(event)) throw new Error('it tells of no logout')
      if (nonce !== undefined) throw new Error('it has a nonce, so it is no logout token')
      if (sid === undefined && sub === undefined) throw new Error('it names neither session nor subject')
      return {
        jti: jti!,
        ...(sid !== undefined && { sid: String(sid) }),
        ...(sub !== undefined && { sub }),
        expiresAt: exp! * 1000,
      }
    },

    /** Where a browser signs off (OpenID Connect RP-Initiated Logout 1.0); without a hint its reader is asked there. */
    async signOutUrl(idToken: string | undefined, after: string): Promise<string> {
      const { metadata } = await discover()
      const url = new URL(metadata.end_session_endpoint)
      url.search = new URLSearchParams({
        ...(idToken !== undefined && { id_token_hint: idToken }),
        client_id: provider.clientId,
        post_logout_redirect_uri: after,
      }).toString()
      return url.href
    },
  }

  async function readIdToken(idToken: string, nonce: string): Promise<SignedIn> {
    try {
      const claims = await verify(idToken, 'JWT', ['sub', 'exp', 'iat', 'nonce'])
      if (claims.nonce !== nonce) throw new Error('its nonce is not the one that was sent')
      const { sub, sid, name, email, groups } = claims
      return {
        sub: sub!,
        sid: typeof sid === 'string' ? sid : undefined,
        name: typeof name === 'string' ? name : sub!,
        email: typeof email === 'string' ? email : undefined,
        groups: Array.isArray(groups) ? groups.map(String) : [],
        expiresAt: claims.exp! * 1000,
        idToken,
      }
    } catch (cause) {
      throw new SignInError(`The ID token cannot be taken: ${(cause as Error).message}.`, { cause })
    }
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
