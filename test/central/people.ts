// People with accounts, and the browsers in which they sign in at the central login page.
import type { LightMyRequestResponse } from 'fastify'
import type { Account } from '../../src/accounts/account.ts'
import { putMember } from '../../src/accounts/account-members.ts'
import { createAccount } from '../../src/accounts/create-account.ts'
import { Jar } from '../jar.ts'
import { issuer, type TestApp, type TestProject } from '../start-app.ts'

export const PASSWORD = 'five plain words are long'

/** An account, and a member of these projects. */
export async function person(
  gatepass: TestApp,
  username: string,
  projects: readonly TestProject[] = [],
  groupIds: readonly string[] = [],
): Promise<Account> {
  const input = {
    username,
    email: `${username}@example.com`,
    name: `${username[0]!.toUpperCase()}${username.slice(1)} Example`,
    type: 'user',
    scope: '',
    password: PASSWORD,
    emailVerified: true,
  } as const
  const { account } = await createAccount(gatepass.rules, gatepass.actor, input, async (tx, made, now) => {
    for (const { id } of projects) await putMember(tx, { accountId: made.id, projectId: id, groupIds }, now)
  })
  return account
}

/** A project whose readers sign in here. */
export function projectOfAccounts(gatepass: TestApp, slug = 'acme', more = {}): Promise<TestProject> {
  return gatepass.project({ slug, standard: 'accounts', loginUrl: '', ...more })
}

export const login = (target?: string) =>
  `${issuer}/login${target === undefined ? '' : `?target=${encodeURIComponent(target)}`}`

/** The fields that a page of ours sends along unseen. */
export function hiddenOf(page: LightMyRequestResponse): Record<string, string> {
  const fields = [...page.body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  const decoded = (text: string) =>
    text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))).replaceAll('&amp;', '&')
  return Object.fromEntries(fields.map(([, name, value]) => [name!, decoded(value!)]))
}

/** A browser that fills in forms of ours; each host has its own cookies. */
export class Person {
  readonly #app: TestApp['app']
  readonly #jars = new Map<string, Jar>()

  constructor(gatepass: TestApp) {
    this.#app = gatepass.app
  }

  /** The cookies of a host: those of the login page without one. */
  jar(url = issuer): Jar {
    const { host } = new URL(url)
    const jar = this.#jars.get(host) ?? new Jar(this.#app)
    this.#jars.set(host, jar)
    return jar
  }

  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse> {
    return this.jar(url).get(url, headers)
  }

  /** Opens a page and sends its first form, as a browser does. */
  async fill(
    url: string,
    form: Record<string, string>,
    headers: Record<string, string> = { origin: issuer },
  ): Promise<LightMyRequestResponse> {
    const page = await this.get(url)
    return await this.send(page, form, headers)
  }

  async send(
    page: LightMyRequestResponse,
    form: Record<string, string>,
    headers: Record<string, string> = { origin: issuer },
    action = /<form[^>]* action="([^"]*)"/.exec(page.body)?.[1],
  ): Promise<LightMyRequestResponse> {
    return await this.jar().post({ url: issuer + action, form: { ...hiddenOf(page), ...form }, headers })
  }

  signIn(username: string, target?: string, password = PASSWORD): Promise<LightMyRequestResponse> {
    return this.fill(login(target), { username, password })
  }

  /** Goes on as redirects say, until a page. */
  async follow(response: LightMyRequestResponse): Promise<{ url: string; response: LightMyRequestResponse }> {
    let url = ''
    let at = response
    for (let hop = 0; hop < 12 && at.statusCode >= 300 && at.statusCode < 400; hop++) {
      url = String(at.headers.location)
      if (url.startsWith('/')) url = issuer + url
      at = await this.get(url)
    }
    return { url, response: at }
  }
}

export const tokenIn = (response: LightMyRequestResponse): string =>
  new URL(String(response.headers.location)).searchParams.get('ssoToken') ?? ''

/** A service asks who its user is. */
export const user = (gatepass: TestApp, token: string, headers: Record<string, string> = {}) =>
  gatepass.app.inject({ url: `${issuer}/user?ssoToken=${encodeURIComponent(token)}`, headers })
