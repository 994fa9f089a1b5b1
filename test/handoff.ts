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

export type Handoff = ReturnType<typeof handoffOf>

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const target = (url: string) => {
  const { host, pathname } = new URL(url)
  return { host, path: pathname }
}
