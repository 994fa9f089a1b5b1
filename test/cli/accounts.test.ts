// Accounts on the command line: made, found, changed, let in and kept out.
import t from 'tap'
import { issuer, startApp } from '../start-app.ts'
import { runHere } from './run-here.ts'

t.test('works: an account from its first link to its end', async t => {
  const gatepass = await startApp(t)
  gatepass.clock.advance(Date.now() - 60_000 - gatepass.clock.now())
  const acme = await gatepass.project({ standard: 'accounts' })
  await gatepass.group(acme, 'staff')
  const env = { DATABASE_URL: gatepass.config.databaseUrl, GATEPASS_URL: issuer, GATEPASS_DEMO: 'off' }
  const before = { ...process.env }
  Object.assign(process.env, env)
  t.teardown(() => Object.assign(process.env, before))
  const run = async (...words: string[]) => {
    const { code, stdout, stderr } = await runHere(t, 'account', ...words, '--json')
    return {
      code,
      data: stdout ? JSON.parse(stdout) : undefined,
      error: stderr ? JSON.parse(stderr) : undefined,
    }
  }
  const made = await run('create', '--username', 'ada', '--email', 'ada@example.com', '--type', 'developer')
  t.match(made.data, { username: 'ada', emailVerified: true, active: false, apiKey: /^gpd_/ })
  t.match(made.data.link, /^http:\/\/id\.test\/account\/password\?token=[\w-]{43}$/)
  t.match((await run('create', '--username', 'ADA')).error, { error: 'conflict' })
  t.match((await run('create', '--username', 'a b')).error, { error: 'invalid_request' })
  const added = await run('member', 'add', 'ada@example.com', '--project', 'acme', '--group', 'staff')
  t.equal(added.code, 0)
  t.match((await run('member', 'add', 'ada', '--project', 'acme', '--group', 'ghosts')).error, {
    error: 'invalid_request',
  })
  t.match((await run('show', 'ADA')).data, { projects: [{ project: 'acme', groups: ['staff'] }] })
  t.match((await run('list', '--search', 'ad')).data, [{ username: 'ada' }])
  t.match((await run('list', '--search', 'x')).data, [])
  const changed = await run('update', 'ada', '--scope', 'read write', '--type', 'user')
  t.match(changed.data, { scope: 'read write', type: 'user', apiKeyHint: null, apiKey: null })
  t.match((await run('disable', 'ada')).data, { disabledAt: Number })
  t.match((await run('link', 'ada')).error, { error: 'conflict' })
  t.match((await run('enable', 'ada')).data, { disabledAt: null })
  t.match((await run('link', 'ada')).data, { url: /token=/ })
  t.match((await run('member', 'list', '--project', 'acme')).data, [{ username: 'ada', groups: ['staff'] }])
  t.equal((await run('member', 'remove', 'ada', '--project', 'acme')).code, 0)
  t.match((await run('member', 'remove', 'ada', '--project', 'acme')).error, { error: 'not_found' })
  t.equal((await run('delete', 'ada', '--yes')).code, 0)
  t.match((await run('show', 'ada')).error, { error: 'not_found' })
})
