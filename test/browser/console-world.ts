// The console with a lived-in database: projects with good and bad names, sign-ins that went well and that did not.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Test } from 'tap'
import { createAccount } from '../../src/accounts/create-account.ts'
import { createApiKey } from '../../src/administrators/api-keys.ts'
import { inviteAdministrator } from '../../src/administrators/manage-administrators.ts'
import { scopes } from '../../src/administrators/principal.ts'
import { wrappingKey } from '../../src/keys/wrap.ts'
import { deleteJwt } from '../../src/projects/delete-jwt.ts'
import { issueSecret } from '../../src/projects/issue-secret.ts'
import { createSiteClient } from '../../src/projects/site-clients.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { createIdentityProvider } from '../../src/upstream/manage-identity-providers.ts'
import { administrator } from '../console/sign-in.ts'
import { type Route, routesOf } from '../routes-of.ts'
import { startApp, type TestApp } from '../start-app.ts'
import { freePort } from '../start-process.ts'
import { makeCertificate } from '../upstream/saml/make-certificate.ts'
import { openBrowser } from './open-browser.ts'

export const hostile = '"><img src=x onerror=alert(1)> \u05d0\u05d1\u05d2'
export const long = 'The Very Long Name of a Department That Nobody Ever Abbreviates, Not Even in Speech'

export interface ConsoleWorld {
  readonly gatepass: TestApp
  readonly browser: Browser
  readonly url: string
  /** The pages that routes of the console stand for: every GET route has its addresses here. */
  readonly pages: readonly { readonly route: Route; readonly paths: readonly string[] }[]
  /** A browser in which an owner is signed in, unless `as` is nobody. */
  open(options?: BrowserContextOptions, as?: 'owner' | 'nobody'): Promise<Page>
}

export async function openConsole(t: Test): Promise<ConsoleWorld> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const gatepass = await startApp(t, { GATEPASS_URL: url, PORT: String(port) })
  const [browser] = await Promise.all([openBrowser(), gatepass.app.listen({ port, host: 'localhost' })])
  t.teardown(() => browser.close())

  const { database, clock, actor } = gatepass
  const deps = { database, clock, issuer: url }
  const acme = await gatepass.project({
    slug: 'acme',
    name: 'Acme Help',
    siteUrl: `http://acme.localhost:${port}`,
  })
  await gatepass.project({ slug: 'evil', name: hostile, siteUrl: `http://evil.localhost:${port}` })
  await gatepass.project({
    slug: 'long',
    name: long,
    siteUrl: `http://long.localhost:${port}`,
    jwtEnabled: false,
  })
  await gatepass.group(acme, 'staff', 'Staff')
  await gatepass.group(acme, 'partners', long)
  await gatepass.group(acme, 'evil', hostile)
  await issueSecret(deps, actor, { slug: 'acme', kind: 'login', label: hostile, life: 86_400_000 })
  await deleteJwt(deps, actor, 'long')
  // The site's own client is known by being the oldest.
  clock.advance(1)
  const { clientId } = await createSiteClient(deps, actor, 'acme', {
    name: hostile,
    redirectUris: ['https://wiki.example.com/callback'],
    backchannelLogoutUri: 'http://127.0.0.1:9/logout',
  })
  const admin = await administrator(gatepass, { name: 'Grace Hopper', email: 'grace@example.com' })
  const invited = await inviteAdministrator(deps, actor, {
    email: 'a-rather-long-address-for-a-phone@subdomain.example.com',
    name: hostile,
    role: 'read_only',
    projectIds: [acme.id],
  })
  const everything = {
    kind: 'administrator',
    id: 'x',
    administratorId: null,
    actor,
    scopes: new Set(scopes),
    projects: 'all',
  } as const
  await createApiKey(deps, everything, {
    name: hostile,
    scopes: ['projects:read'],
    projectIds: null,
    life: null,
  })

  const { account } = await createAccount(deps, actor, {
    ...{ username: 'bidi-\u05d0\u05d1', email: 'long@example.com', name: long, type: 'user', scope: '' },
    emailVerified: true,
  })

  const traces: string[] = []
  const push = async (payload: Record<string, unknown>) => {
    clock.advance(61_000)
    const answer = await gatepass.push(acme, payload)
    traces.push(String(answer.headers['x-trace-id']))
    return answer
  }
  for (const reader of ['ada', 'ben', 'cyd']) {
    await gatepass.signIn(acme, {
      username: reader,
      emailId: `${reader}@example.com`,
      readerGroupIds: ['staff'],
    })
  }
  await gatepass.signIn(acme, { username: hostile, emailId: hostile, firstName: hostile, lastName: '' })
  await gatepass.signIn(acme, { username: long, emailId: `${'x'.repeat(200)}@example.com` })
  await push({ readerGroupIds: ['nobody-knows'] })
  await push({ emailId: 7 })
  const used = await gatepass.code(acme)
  await gatepass.callback(acme, used)
  await gatepass.callback(acme, used, { cookie: 'gatepass=x' })
  await gatepass.callback(acme, 'nonsense')
  const project = (await projectOf(gatepass, 'acme'))!
  const wrapping = wrappingKey(gatepass.config.secret)
  const ending = makeCertificate('idp', { to: clock.now() + 10 * 86_400_000 }).certificate
  for (const [kind, name, settings] of [
    ['google', hostile, { clientIds: ['123-portal.apps.googleusercontent.com'] }],
    ['oidc', hostile, { issuer: 'https://id.example.com', clientId: 'x'.repeat(80) }],
    [
      'saml',
      long,
      { entityId: 'x'.repeat(80), singleSignOnUrl: 'https://id.example.com', certificates: [ending] },
    ],
  ] as const)
    await createIdentityProvider({ ...deps, wrapping }, actor, project, { kind, slug: kind, name, settings })
  const blocked = await setReaderBlocked(deps, actor, {
    project,
    reader: 'ben@example.com',
    blocked: true,
  })
  await push({ emailId: 'ben@example.com' })
  const reader = await database.read
    .selectFrom('readers')
    .select('id')
    .where('external_id', '=', hostile.normalize('NFC'))
    .executeTakeFirstOrThrow()

  const values: Record<string, readonly string[]> = {
    slug: ['acme', 'evil', 'long'],
    trace: traces,
    traceId: traces,
    reader: [reader.id, blocked.id],
    client: [clientId, acme.siteClientId],
    kind: ['google', 'facebook', 'github', 'oidc', 'saml'],
    provider: ['google', 'oidc', 'saml'],
    account: [account.id],
    administrator: [admin.id, invited.administrator.id],
    id: [invited.administrator.id],
  }
  const pages = routesOf(gatepass.app)
    .filter(
      ({ path, methods, door }) =>
        door === 'identity' &&
        methods.includes('GET') &&
        path.startsWith('/console') &&
        !/\/assets\/|\.csv$/.test(path),
    )
    .map(route => ({ route, paths: fill(route.path, values) }))

  return {
    gatepass,
    browser,
    url,
    pages,
    async open(options = {}, as = 'owner') {
      const context = await browser.newContext(options)
      t.teardown(() => context.close())
      if (as === 'owner') {
        const value = admin.jar.value('gatepass_console')!
        await context.addCookies([{ name: 'gatepass_console', value, url }])
      }
      return await context.newPage()
    },
  }
}

async function projectOf(gatepass: TestApp, slug: string) {
  const { createRegistry } = await import('../../src/projects/registry.ts')
  const registry = createRegistry(gatepass.database.read)
  await registry.refresh()
  return registry.projectBySlug(slug)
}

/** Every address that a pattern stands for, as far as the values go; none where a value is missing. */
function fill(pattern: string, values: Readonly<Record<string, readonly string[]>>): string[] {
  const name = /:(\w+)/.exec(pattern)?.[1]
  if (name === undefined) return [pattern]
  // A client or a trace is of one project: only that one's pages show it.
  const own = /:\w+.*:\w+/.test(pattern) && name === 'slug' ? ['acme'] : values[name]
  return (own ?? []).flatMap(value => fill(pattern.replace(`:${name}`, encodeURIComponent(value)), values))
}
