// Every reason of a failed step, brought about as it comes about in life.
import { createHash } from 'node:crypto'
import type { Reason } from '../../src/audit/reasons.ts'
import { rotateSecret } from '../../src/projects/rotate-secret.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { endSession } from '../../src/sessions/sign-off.ts'
import { waysOfAccounts } from '../central/ways.ts'
import { strangersToSuites, waysOfSuites } from '../http/account-ways.ts'
import { codeInside, loginToken } from '../http/login-token.ts'
import { Jar } from '../jar.ts'
import { ask, browser, comeBack, register, requestOf, signInThrough, swap, tokensFor } from '../oidc/world.ts'
import { addClient, deliveryOf, openSession } from '../relying-party.ts'
import { basic, type TestApp, type TestProject } from '../start-app.ts'
import { waysOfProviders } from '../upstream/ways.ts'

const bound = {
  codeChallenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
  codeChallengeMethod: 'S256',
}
const with_ = (clientId: string, secret: string) => ({ headers: { authorization: basic(clientId, secret) } })

/** How each reason comes about. A reason that is added without a way to it does not pass the type check. */
export const ways: Record<Reason, (gatepass: TestApp, acme: TestProject) => Promise<unknown>> = {
  credentials_missing: (gatepass, acme) => gatepass.generate(acme, { headers: { authorization: undefined } }),
  client_unknown: (gatepass, acme) => gatepass.generate(acme, with_('login_nobody', 'x')),
  client_wrong_kind: (gatepass, acme) =>
    gatepass.generate(acme, with_(acme.siteClientId, acme.siteClientSecret)),
  secret_wrong: (gatepass, acme) => gatepass.generate(acme, with_(acme.clientId, 'x')),
  async secret_retired(gatepass, acme) {
    const rotation = { slug: acme.slug, kind: 'login', label: 'next', grace: 0 } as const
    await rotateSecret(gatepass.rules, gatepass.actor, rotation)
    await gatepass.push(acme)
  },
  async too_many_failures(gatepass, acme) {
    for (let guess = 0; guess < 30; guess++) await gatepass.generate(acme, with_(acme.clientId, `${guess}`))
  },
  payload_invalid: (gatepass, acme) => gatepass.push(acme, { username: 5 }),
  body_unreadable: (gatepass, acme) => gatepass.generate(acme, { body: '{' }),
  groups_unknown: (gatepass, acme) => gatepass.push(acme, { readerGroupIds: ['ghosts'] }),
  async jwt_off(gatepass, acme) {
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    await gatepass.push(acme)
  },
  async other_standard(gatepass, acme) {
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { standard: 'openid' })
    await gatepass.push(acme)
  },
  async reader_blocked(gatepass, acme) {
    await gatepass.code(acme)
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    const input = { project, reader: 'ada@example.com', blocked: true }
    await setReaderBlocked(gatepass.rules, gatepass.actor, input)
    await gatepass.push(acme)
  },
  async too_many_codes(gatepass, acme) {
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { outstandingCodesLimit: 1 })
    await gatepass.code(acme)
    await gatepass.push(acme)
  },
  code_malformed: (gatepass, acme) => gatepass.callback(acme, 'x'),
  code_unknown: (gatepass, acme) => gatepass.callback(acme, 'A'.repeat(43)),
  async code_expired(gatepass, acme) {
    const code = await gatepass.code(acme)
    gatepass.clock.seconds(60)
    await gatepass.callback(acme, code)
  },
  async code_used(gatepass, acme) {
    const code = await gatepass.code(acme)
    await gatepass.callback(acme, code)
    await gatepass.callback(acme, code)
  },
  async code_other_door(gatepass, acme) {
    const code = codeInside((await loginToken(gatepass, acme)).json().access_token)
    await gatepass.callback(acme, code)
  },
  async code_other_project(gatepass, acme) {
    const other = await gatepass.project({ slug: 'other' })
    await gatepass.callback(acme, await gatepass.code(other))
  },
  verifier_missing: async (gatepass, acme) => gatepass.swap(acme, await gatepass.code(acme, bound)),
  verifier_wrong: async (gatepass, acme) =>
    gatepass.swap(acme, await gatepass.code(acme, bound), { code_verifier: 'w'.repeat(43) }),
  verifier_unexpected: async (gatepass, acme) =>
    gatepass.swap(acme, await gatepass.code(acme), { code_verifier: 'v'.repeat(43) }),
  async not_begun_here(gatepass, acme) {
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { binding: 'required' })
    await gatepass.callback(acme, await gatepass.code(acme))
  },
  async confirm_refused(gatepass, acme) {
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { binding: 'confirm' })
    const url = `${acme.siteUrl}/jwt/authorize?code=${await gatepass.code(acme)}`
    const browser = new Jar(gatepass.app)
    const half = (await browser.get(url)).body.match(/name="half" value="([^"]*)"/)![1]!
    await browser.post({ url, form: { half, answer: 'not-me' } })
  },
  async confirm_forged(gatepass, acme) {
    const url = `${acme.siteUrl}/jwt/authorize?code=${await gatepass.code(acme)}`
    await new Jar(gatepass.app).post({ url, form: { answer: 'continue' } })
  },
  redirect_not_allowed: async (gatepass, acme) =>
    gatepass.swap(acme, await gatepass.code(acme), { redirect_uri: 'https://evil.test' }),
  async code_other_client(gatepass, acme) {
    const [mine, other] = [await register(gatepass, acme), await register(gatepass, acme)]
    const answer = await signInThrough(gatepass, acme, requestOf(mine.clientId))
    await swap(gatepass, other, answer.searchParams.get('code'))
  },
  async session_over(gatepass, acme) {
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    const answer = await signInThrough(gatepass, acme, requestOf(made.clientId), tab)
    const { id_token: hint } = await tokensFor(gatepass, acme, made, tab)
    await tab.go(`http://id.test/oauth/logout?id_token_hint=${hint}`)
    await swap(gatepass, made, answer.searchParams.get('code'))
  },
  async login_required(gatepass, acme) {
    const made = await register(gatepass, acme)
    await browser(gatepass).go(requestOf(made.clientId, { prompt: 'none' }))
  },
  async other_browser(gatepass, acme) {
    const made = await register(gatepass, acme)
    const { url } = await browser(gatepass).go(requestOf(made.clientId))
    await comeBack(gatepass, acme, url, browser(gatepass))
  },
  async request_malformed(gatepass, acme) {
    const made = await register(gatepass, acme)
    await browser(gatepass).go(requestOf(made.clientId, { response_type: 'token' }))
  },
  async refresh_token_used(gatepass, acme) {
    const made = await register(gatepass, acme)
    const { refresh_token: token = '' } = await tokensFor(gatepass, acme, made)
    for (let use = 0; use < 2; use++)
      await ask(gatepass, '/oauth/token', made, { grant_type: 'refresh_token', refresh_token: token })
  },
  async secret_revoked_since(gatepass, acme) {
    const code = await gatepass.code(acme)
    const rotation = { slug: acme.slug, kind: 'login', label: 'next', grace: 0 } as const
    await rotateSecret(gatepass.rules, gatepass.actor, rotation)
    await gatepass.callback(acme, code)
  },
  logout_not_delivered: (gatepass, acme) => tellOfLogout(gatepass, acme, 500),
  logout_refused: (gatepass, acme) => tellOfLogout(gatepass, acme, 400),
  ...waysOfProviders,
  ...waysOfAccounts,
  ...waysOfSuites,
}

async function tellOfLogout(gatepass: TestApp, { id: projectId }: TestProject, answer: number) {
  const { database, clock } = gatepass
  const clientId = await addClient(database, projectId, 'http://site.test/told')
  const about = { projectId, readerId: 'ada', kind: 'tokens', clientId } as const
  const session = await openSession(database, clock.now(), about)
  await database.write(tx => endSession(tx, session, 'logout', clock.now()))
  await deliveryOf(gatepass, { fetch: async () => ({ status: answer, headers: {}, body: '' }) }).deliverDue()
}

/** Those whose project nobody knows. */
export const strangers: readonly Reason[] = [
  'credentials_missing',
  'client_unknown',
  'sso_token_unknown',
  ...strangersToSuites,
]
