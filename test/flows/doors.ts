// Every door that takes something which was handed out, and what it takes it as.
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { password } from '../http/account-api.ts'
import { asked } from '../http/login-token.ts'
import { ask, proofOf } from '../oidc/world.ts'
import { basic, issuer, type TestApp } from '../start-app.ts'
import { travel } from '../upstream/saml/world.ts'
import type { Artefacts, Kind, Owner } from './artefacts.ts'

export interface Door {
  /** The kinds that it is for; none: it ends things, and must not end these. */
  readonly for: readonly Kind[]
  /** Belongs to one project: that of another opens nothing. */
  readonly ownProject?: boolean
  /** Not tried, because trying it spends it. */
  readonly without?: readonly Kind[]
  readonly opens: (
    artefact: string,
    from: string,
  ) => Promise<{ answer: LightMyRequestResponse; opened?: boolean }>
}

/** In the order in which they are tried: what a door spends, no later one needs. */
export function doorsOf(gatepass: TestApp, owner: Owner, mine: Artefacts): Record<string, Door> {
  const { acme, client, campus, puppet, idp, name } = owner
  const send = async (from: string, request: InjectOptions) => ({
    answer: await gatepass.app.inject({ ...request, remoteAddress: from }),
  })
  const get = (from: string, url: string, headers: Record<string, string> = {}) =>
    send(from, { url, headers })
  const form = (from: string, url: string, fields: Record<string, string>, headers = {}) =>
    send(from, {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(fields).toString(),
    })
  const json = (from: string, path: string, body: unknown, headers = {}) =>
    send(from, {
      method: 'POST',
      url: issuer + path,
      headers: { 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(body),
    })
  const encoded = encodeURIComponent
  const page = async (reply: Promise<{ answer: LightMyRequestResponse }>) => {
    const { answer } = await reply
    return { answer, opened: answer.statusCode === 200 }
  }
  const told = (from: string, path: string, token: string) =>
    form(from, issuer + path, { token }, proofOf(client))
  const tokenEndpoint = (from: string, fields: Record<string, string>, id: string, secret: string) =>
    form(from, `${issuer}/oauth/token`, fields, { authorization: basic(id, secret) })

  return {
    revocation: {
      for: [],
      without: ['access token', 'refresh token'],
      opens: async (token, from) => ({ ...(await told(from, '/oauth/revoke', token)), opened: false }),
    },
    'sign-out of a suite': {
      for: [],
      without: ['suite JWT'],
      opens: (jwt, from) => json(from, '/account/signOut', { jwt }),
    },
    'code generation': {
      for: ['login secret'],
      ownProject: true,
      opens: (secret, from) =>
        json(
          from,
          '/jwt/generateCode',
          { username: 'ada', emailId: 'ada@example.com' },
          { authorization: basic(acme.clientId, secret) },
        ),
    },
    'the token endpoint, as the site client': {
      for: ['site secret'],
      ownProject: true,
      opens: async (secret, from) => {
        const code = await gatepass.code(acme)
        return await tokenEndpoint(
          from,
          { grant_type: 'authorization_code', code },
          acme.siteClientId,
          secret,
        )
      },
    },
    'introspection, as a client': {
      for: ['client secret'],
      ownProject: true,
      opens: (secret, from) =>
        form(
          from,
          `${issuer}/oauth/introspect`,
          { token: 'x' },
          { authorization: basic(client.clientId, secret) },
        ),
    },
    introspection: {
      for: ['access token', 'refresh token'],
      ownProject: true,
      opens: async token => {
        const answer = await ask(gatepass, '/oauth/introspect', client, { token })
        return { answer, opened: answer.json().active === true }
      },
    },
    userinfo: {
      for: ['access token'],
      opens: (token, from) => get(from, `${issuer}/oauth/userinfo`, { authorization: `Bearer ${token}` }),
    },
    'a site': {
      for: ['session'],
      ownProject: true,
      opens: (secret, from) => get(from, `${acme.siteUrl}/gate/userinfo`, { cookie: `gatepass=${secret}` }),
    },
    'login tokens': {
      for: ['application token'],
      opens: (token, from) => json(from, '/auth-tokens.create', asked, { authorization: token }),
    },
    'an account': {
      for: ['account session'],
      opens: (secret, from) => page(get(from, `${issuer}/account`, { cookie: `gatepass_account=${secret}` })),
    },
    'a service asking who': {
      for: ['ssoToken'],
      opens: (token, from) => get(from, `${issuer}/user?ssoToken=${encoded(token)}`),
    },
    'a new password': {
      for: ['account link'],
      opens: (token, from) => page(get(from, `${issuer}/account/password?token=${encoded(token)}`)),
    },
    'making a suite': {
      for: ['account API key'],
      ownProject: true,
      opens: (apiKey, from) =>
        json(from, '/sso-suite/create', {
          username: `${name}-developer`,
          password,
          apiKey,
          ssoSuiteName: `${name} two`,
        }),
    },
    'a suite': {
      for: ['suite JWT'],
      opens: (jwt, from) => json(from, '/account/authenticate', { jwt }),
    },
    'the admin API': {
      for: ['admin API key'],
      opens: (key, from) => get(from, `${issuer}/api/v1/projects`, { authorization: `Bearer ${key}` }),
    },
    'the console': {
      for: ['console session'],
      opens: (secret, from) => page(get(from, `${issuer}/console`, { cookie: `gatepass_console=${secret}` })),
    },
    'the first visit to the console': {
      for: ['console link'],
      opens: (token, from) => page(get(from, `${issuer}/console/welcome?token=${encoded(token)}`)),
    },
    'the answer of an OpenID provider': {
      for: ['OpenID state'],
      ownProject: true,
      opens: async state => ({
        answer: await puppet.comeBack(mine.atOffice.copy(), mine.sentTo, { state }),
      }),
    },
    'the answer of a SAML provider': {
      for: ['RelayState'],
      ownProject: true,
      opens: async (RelayState, from) => {
        const fields = { ...(await idp.answer(mine.waiting.goTo)), RelayState }
        return await page(form(from, `${travel(gatepass, campus).base}/acs`, fields))
      },
    },
    'the last step of SAML': {
      for: ['SAML ticket'],
      ownProject: true,
      opens: async ticket => ({
        answer: await mine.answered.browser
          .copy()
          .get(`${travel(gatepass, campus).base}/finish?ticket=${encoded(ticket)}`),
      }),
    },
    'a login token at a site': {
      for: ['login token'],
      ownProject: true,
      opens: (jwt, from) => get(from, `${acme.siteUrl}/callback/sso?jwt=${encoded(jwt)}`),
    },
    'the code of the token endpoint': {
      for: [],
      without: ['code'],
      opens: (code, from) =>
        tokenEndpoint(
          from,
          { grant_type: 'authorization_code', code },
          acme.siteClientId,
          acme.siteClientSecret,
        ),
    },
    'a provider’s token': {
      for: [],
      opens: (token, from) =>
        tokenEndpoint(
          from,
          {
            grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
            subject_token: token,
            subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
            subject_issuer: 'staff',
          },
          acme.siteClientId,
          acme.siteClientSecret,
        ),
    },
    refreshing: {
      for: ['refresh token'],
      ownProject: true,
      opens: (token, from) =>
        tokenEndpoint(
          from,
          { grant_type: 'refresh_token', refresh_token: token },
          client.clientId,
          client.clientSecret!,
        ),
    },
    callback: {
      for: ['code'],
      ownProject: true,
      opens: (code, from) => get(from, `${acme.siteUrl}/jwt/authorize?code=${encoded(code)}`),
    },
    'sign-out by ID token': {
      for: ['ID token'],
      opens: (token, from) => get(from, `${issuer}/oauth/logout?id_token_hint=${encoded(token)}`),
    },
  }
}
