// Identity providers on the command line.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startApp } from '../start-app.ts'
import { startPuppet } from '../upstream/openid/world.ts'
import { exchange, googleAda, startGoogle } from '../upstream/providers.ts'
import { json } from '../upstream/stand-in.ts'
import { runHere } from './run-here.ts'

async function start(t: Test) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const before = process.env.DATABASE_URL
  process.env.DATABASE_URL = gatepass.config.databaseUrl
  t.teardown(() => {
    if (before === undefined) delete process.env.DATABASE_URL
    else process.env.DATABASE_URL = before
  })
  const run = async (...words: string[]) => {
    const answer = await runHere(t, 'provider', ...words, '--project', 'acme', '--json')
    return answer.code === 0 ? JSON.parse(answer.stdout) : answer
  }
  const file = join(gatepass.folder, 'secret')
  writeFileSync(file, 'the secret\n')
  return { gatepass, acme, run, file }
}

t.test('works: made, listed, changed, deleted; the secret is never shown', async t => {
  const { gatepass, run, file } = await start(t)
  const made = await run(
    'create',
    '--kind',
    'oidc',
    '--slug',
    'staff',
    ...settings(
      'issuer=https://idp.example',
      'clientIds=a',
      'clientIds=b',
      'trustEmail=on',
      'groupMap.Domain Users=staff',
      'groupMap.a=b=c',
      'groupsClaim=roles',
    ),
    '--secret-file',
    file,
  )
  t.match(made, {
    kind: 'oidc',
    slug: 'staff',
    hasSecret: true,
    settings: {
      issuer: 'https://idp.example',
      clientIds: ['a', 'b'],
      trustEmail: true,
      groupsClaim: 'roles',
      groupMap: { 'Domain Users': 'staff', 'a=b': 'c' },
    },
  })
  t.notMatch(JSON.stringify(made), 'the secret')
  const changed = await run(
    'update',
    'staff',
    '--name',
    'Work',
    ...settings('clientIds=c', 'trustEmail=', 'groupMap.a=b='),
    '--no-secret',
  )
  t.match(changed, { name: 'Work', version: 2, hasSecret: false })
  t.same(changed.settings, {
    issuer: 'https://idp.example',
    clientIds: ['c'],
    groupsClaim: 'roles',
    groupMap: { 'Domain Users': 'staff' },
  })
  t.same(await run('list'), [changed])
  t.same(await run('delete', 'staff'), { slug: 'staff', deleted: true })
  t.same(await run('list'), [])
  const actions = await gatepass.database.read
    .selectFrom('audit_events')
    .select(['action', 'detail'])
    .execute()
  t.same(
    actions
      .map(each => each.action)
      .filter(each => each.startsWith('provider.'))
      .sort(),
    ['provider.create', 'provider.delete', 'provider.update'],
  )
  t.notMatch(JSON.stringify(actions), 'the secret')
})

t.test('works: a running server goes by it at once', async t => {
  const { gatepass, acme, run } = await start(t)
  const google = await startGoogle(t, gatepass, acme)
  const token = await google.sign(googleAda)
  t.equal((await exchange(gatepass, acme, token)).statusCode, 200)
  await run('update', 'google', ...settings('clientIds=other'))
  t.equal((await exchange(gatepass, acme, token)).statusCode, 400)
})

t.test('refuses', async t => {
  const { run, file } = await start(t)
  const cases: [words: string[], says: RegExp][] = [
    [['create', '--kind', 'twitter'], /Allowed choices are google/],
    [['create', '--kind', 'google'], /clientIds is missing/],
    [
      ['create', '--kind', 'google', ...settings('clientIds=a', 'colour=red')],
      /has no setting colour; it has clientIds/,
    ],
    [['create', '--kind', 'google', ...settings('clientIds.a=b')], /has no setting clientIds\.a/],
    [['create', '--kind', 'google', ...settings('clientIds')], /has no setting clientIds/],
    [
      ['create', '--kind', 'google', ...settings('clientIds=a', 'jwksUri=file:///etc/passwd')],
      /jwksUri must be an http/,
    ],
    [
      ['create', '--kind', 'facebook', ...settings('appId=1', 'trustEmail=yes')],
      /trustEmail must be true or false/,
    ],
    [
      ['create', '--kind', 'github', ...settings('clientId=1', 'groupsClaim=company')],
      /has no setting groupsClaim/,
    ],
    [['create', '--kind', 'google', '--slug', 'A b', ...settings('clientIds=a')], /slug must be/],
    [
      ['create', '--kind', 'github', ...settings('clientId=1'), '--secret-file', file, '--secret-stdin'],
      /in one way/,
    ],
    [
      ['create', '--kind', 'github', ...settings('clientId=1'), '--secret-file', `${file}.none`],
      /cannot be read/,
    ],
    [['update', 'nobody', '--name', 'x'], /has no identity provider nobody/],
    [['delete', 'nobody'], /has no identity provider nobody/],
  ]
  for (const [words, says] of cases) {
    const { code, stderr } = await run(...words)
    t.ok(code > 0, words.join(' '))
    t.match(JSON.parse(stderr).error_description, says)
  }
  await run('create', '--kind', 'google', ...settings('clientIds=a'))
  t.match(JSON.parse((await run('create', '--kind', 'google', ...settings('clientIds=a'))).stderr), {
    error: 'conflict',
  })
  t.match(JSON.parse((await run('update', 'google')).stderr).error_description, /Nothing to change/)
})

function settings(...typed: string[]): string[] {
  return typed.flatMap(each => ['--setting', each])
}

t.test('works: a provider to sign in at says its redirect URI, and is tested', async t => {
  const { gatepass, run, file } = await start(t)
  gatepass.clock.advance(Date.now() - gatepass.clock.now())
  const acme = { slug: 'acme' } as Parameters<typeof startPuppet>[2]
  const puppet = await startPuppet(t, gatepass, acme)
  puppet.server.instead = (request, response) => {
    if (request.path === '/keys') return json(response, 200, puppet.keys.jwks())
    if (request.path === '/token') return json(response, 400, { error: 'invalid_grant' })
    const named = { issuer: puppet.issuer, jwks_uri: `${puppet.issuer}/keys` }
    const endpoints = {
      token_endpoint: `${puppet.issuer}/token`,
      authorization_endpoint: `${puppet.issuer}/a`,
    }
    return json(response, 200, { ...named, ...endpoints })
  }
  const [listed] = await run('list')
  t.match(listed.redirectUri, /\/upstream\/openid\/acme\/staff\/callback$/)
  const { findings } = await run('test', 'staff')
  t.same(
    findings.map(({ level }: { level: string }) => level),
    ['ok', 'ok', 'ok'],
  )
  puppet.server.instead = (_, response) => response.destroy()
  const down = await run('test', 'staff')
  t.equal(down.code, 1)
  t.match(JSON.parse(down.stdout).findings[0], { level: 'problem', sentence: /does not answer/ })
  await run('create', '--kind', 'github', ...settings('clientId=x'), '--secret-file', file)
  t.match((await run('test', 'github')).stderr, /no connection to test of the kind github/)
})
