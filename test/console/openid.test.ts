// The console's part in signing in by OpenID: which standard is on, what to register, and whether the connection works.
import t, { type Test } from 'tap'
import { startApp } from '../start-app.ts'
import { startPuppet } from '../upstream/openid/world.ts'
import { json } from '../upstream/stand-in.ts'
import { textOf } from './page-text.ts'
import { administrator } from './sign-in.ts'

const project = '/console/projects/acme'
const versionIn = (page: string, form: string) =>
  new RegExp(`id="form-${form}".*?name="version" value="(\\d+)"`, 's').exec(page)![1]!

async function start(t: Test) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  return { gatepass, acme, admin: await administrator(gatepass) }
}

t.test('works: the standard is chosen, with a warning where nobody could sign in', async t => {
  const { gatepass, acme, admin } = await start(t)
  const page = (await admin.get(`${project}/settings`)).body
  for (const standard of ['jwt', 'openid', 'saml', 'accounts'])
    t.match(page, `name="standard" value="${standard}"`)
  t.match(textOf(page), /sign-ins that are under way by it are refused at once/)
  t.equal(textOf(page).match(/None is set up yet/g)?.length, 2)
  t.notMatch(page, 'flash-warn')

  const chosen = await admin.save(`${project}/settings/standard`, {
    version: versionIn(page, 'standard'),
    standard: 'openid',
  })
  t.match(chosen.body, /Saved: what readers sign in by/)
  t.match(chosen.body, 'Nobody can sign in: the project has no provider for it yet')
  t.match(chosen.body, `href="${project}/providers/new/oidc"`)
  t.equal((await gatepass.push(acme)).statusCode, 403)
  t.match((await admin.get(`${project}/jwt`)).body, `${project}/settings#standard`)
  await startPuppet(t, gatepass, acme)
  t.notMatch((await admin.get(`${project}/settings`)).body, 'flash-warn')
  t.match((await admin.get('/console/audit')).body, /standard/)
})

t.test('works: the redirect URI is there to copy, and the connection is tested', async t => {
  const { gatepass, acme, admin } = await start(t)
  const puppet = await startPuppet(t, gatepass, acme)
  const path = `${project}/providers/staff`
  t.match(
    (await admin.get(path)).body,
    'data-copy tabindex="0">http://id.test/upstream/openid/acme/staff/callback<',
  )

  let answer: object = { error: 'invalid_grant' }
  const usual = puppet.server.asked
  const test = async () => textOf((await admin.post(`${path}/test`)).body)
  puppet.server.instead = (request, response) => {
    if (request.path === '/keys') return json(response, 200, puppet.keys.jwks())
    if (request.path === '/token') return json(response, 400, answer)
    return json(response, 200, {
      issuer: puppet.issuer,
      jwks_uri: `${puppet.issuer}/keys`,
      token_endpoint: `${puppet.issuer}/token`,
      authorization_endpoint: `${puppet.issuer}/auth`,
      ...puppet.discovery,
    })
  }
  const good = await test()
  t.match(good, /Its discovery document is there, and names this issuer/)
  t.match(good, /It publishes 1 key\./)
  t.match(good, /It takes our client ID and secret/)
  t.ok(usual.includes('POST /token'))

  answer = { error: 'invalid_client' }
  t.match(await test(), /It does not take our client ID and secret \(invalid_client\)/)
  answer = { error: 'invalid_request' }
  t.match(await test(), /cannot be told from its answer \(invalid_request\)/)
  Object.assign(puppet.discovery, {
    scopes_supported: ['openid'],
    code_challenge_methods_supported: ['plain'],
    authorization_endpoint: 'javascript:alert(1)',
    jwks_uri: `${puppet.issuer}/.well-known/openid-configuration`,
  })
  const odd = await test()
  t.match(odd, /does not list the scope profile, email/)
  t.match(odd, /does not list PKCE with S256/)
  t.match(odd, /names no authorization_endpoint that can be used/)
  t.match(odd, /is no set of keys|no JWK Set/)
  Object.assign(puppet.discovery, { issuer: '<b>https://evil.test' })
  t.match(await test(), /discovery names another issuer/)
  puppet.server.instead = (_, response) => response.destroy()
  t.match(await test(), /does not answer/)
})

t.test('refuses: a test by who may only look, and of a provider that has no connection', async t => {
  const { gatepass, acme, admin } = await start(t)
  await startPuppet(t, gatepass, acme)
  const viewer = await administrator(gatepass, { role: 'read_only' })
  t.notMatch((await viewer.get(`${project}/providers/staff`)).body, 'Test the connection')
  t.equal((await viewer.post(`${project}/providers/staff/test`)).statusCode, 403)
  t.equal(
    (await viewer.post(`${project}/settings/standard`, { version: '1', standard: 'openid' })).statusCode,
    403,
  )
  const github = { slug: 'github', name: 'GitHub', clientId: 'Iv1', secret: 'client secret' }
  await admin.save(`${project}/providers/new/github`, github)
  t.equal((await admin.post(`${project}/providers/github/test`)).statusCode, 404)
  const version = versionIn((await admin.get(`${project}/settings`)).body, 'standard')
  const unknown = await admin.post(`${project}/settings/standard`, { version, standard: 'ldap' })
  t.equal(unknown.statusCode, 400)
})

t.test('resists: a stored secret is not sent to another address by whoever may change that', async t => {
  const { gatepass, acme, admin } = await start(t)
  const puppet = await startPuppet(t, gatepass, acme)
  const path = `${project}/providers/staff`
  const version = versionIn((await admin.get(path)).body, 'provider')
  const fields = { version, name: 'Work', issuer: 'https://evil.test', clientId: 'portal' }
  const refused = await admin.post(path, fields)
  t.equal(refused.statusCode, 400)
  t.match(textOf(refused.body), /Must be entered again, because it goes to another address now/)
  const kept = { ...fields, issuer: puppet.issuer, scope: 'openid' }
  t.match((await admin.save(path, kept)).body, /Saved/, 'where it stays there, it need not be entered')
  const next = versionIn((await admin.get(path)).body, 'provider')
  t.match((await admin.save(path, { ...fields, version: next, secret: 'new' })).body, /Saved/)
})
