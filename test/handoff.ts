// The requests of one handoff, as contract for login endpoints, browsers and knowledge bases, made from what
// `gatepass project create --json` printed.
import type { Ask } from './connection.ts'
import type { Project } from './start-server.ts'

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

/** Reader number `n`: the same number is the same reader. */
export const reader = (n: number) => ({
  username: `Reader ${n}`,
  firstName: 'Reader',
  lastName: `Number ${n}`,
  emailId: `reader-${n}@example.com`,
})

export const handoffOf = (project: Project) => {
  const loginClient = basic(project.clientId, project.clientSecret)
  const siteClient = basic(project.siteClientId, project.siteClientSecret)
  const generate = target(project.codeGenerationUrl)
  const callback = target(project.callbackUrl)
  const token = target(project.tokenUrl)
  const issuer = target(project.issuer)

  return {
    generateCode: (profile: Record<string, unknown>): Ask => ({
      method: 'POST',
      path: generate.path,
      headers: { host: generate.host, authorization: loginClient, 'content-type': json },
      body: JSON.stringify(profile),
    }),
    openSite: (code: string): Ask => ({
      path: `${callback.path}?code=${code}&redirectUrl=/x`,
      headers: { host: callback.host },
    }),
    swap: (code: string): Ask => ({
      method: 'POST',
      path: token.path,
      headers: { host: token.host, authorization: siteClient, 'content-type': form },
      body: `grant_type=authorization_code&code=${code}`,
    }),
    createLoginToken: (applicationToken: string, user: string): Ask => ({
      method: 'POST',
      path: '/auth-tokens.create',
      headers: { host: issuer.host, authorization: applicationToken, 'content-type': json },
      body: JSON.stringify({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        requested_token_type: 'urn:devrev:params:oauth:token-type:session:onetime',
        subject_token_type: 'urn:devrev:params:oauth:token-type:revinfo',
        rev_info: { user_ref: user, user_traits: { email: `${user}@example.com`, display_name: user } },
      }),
    }),
    openSiteByLoginToken: (token: string): Ask => ({
      path: `/callback/sso?jwt=${token}`,
      headers: { host: callback.host },
    }),
    authorize: (): Ask => ({
      path: `/oauth/authorize?${new URLSearchParams({
        client_id: project.siteClientId,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: openidCallback(project),
      })}`,
      headers: { host: issuer.host },
    }),
    comeBack: (code: string): Ask => ({
      path: `/jwt/authorize?code=${code}`,
      headers: { host: issuer.host },
    }),
    swapAuthorized: (code: string): Ask => ({
      method: 'POST',
      path: token.path,
      headers: { host: token.host, authorization: siteClient, 'content-type': form },
      body: `grant_type=authorization_code&code=${code}&redirect_uri=${encodeURIComponent(openidCallback(project))}`,
    }),
    introspect: (accessToken: string): Ask => ({
      method: 'POST',
      path: '/oauth/introspect',
      headers: { host: issuer.host, authorization: siteClient, 'content-type': form },
      body: `token=${accessToken}`,
    }),
    siteAuth: (cookie: string): Ask => ({ path: '/gate/auth', headers: { host: callback.host, cookie } }),
    siteUserinfo: (cookie: string): Ask => ({
      path: '/gate/userinfo',
      headers: { host: callback.host, cookie },
    }),
    siteLogout: (cookie: string): Ask => ({ path: '/logout', headers: { host: callback.host, cookie } }),
    userinfo: (accessToken: string): Ask => ({
      path: '/oauth/userinfo',
      headers: { host: issuer.host, authorization: `Bearer ${accessToken}` },
    }),
  }
}

/** Where a knowledge base that speaks OpenID Connect takes its codes; the client has to be told. */
export const openidCallback = (project: Project) => `${new URL(project.callbackUrl).origin}/openid/callback`

export type Handoff = ReturnType<typeof handoffOf>

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const target = (url: string) => {
  const { host, pathname } = new URL(url)
  return { host, path: pathname }
}
