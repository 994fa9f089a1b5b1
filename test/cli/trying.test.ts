// `try push` and `check login`, as an administrator types them.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { ada, startApp } from '../start-app.ts'
import { runHere } from './run-here.ts'

t.test('works', async t => {
  t.test('a trial is told to people and to programs; problems make the exit code 1', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    Object.assign(process.env, { DATABASE_URL: gatepass.config.databaseUrl, GATEPASS_URL: 'http://id.test' })
    await gatepass.code(acme)
    const file = join(gatepass.folder, 'reader.json')
    const attempt = (payload: unknown, ...more: string[]) => {
      writeFileSync(file, typeof payload === 'string' ? payload : JSON.stringify(payload))
      return runHere(t, 'try', 'push', '--project', 'acme', '--payload', file, ...more)
    }
    const good = await attempt({ ...ada, lastName: 'King', tokenValidity: 1 })
    t.equal(good.code, 0)
    t.match(good.stdout, /^warning {2}tokenValidity 1 was set to 5 minutes$/m)
    t.match(good.stdout, /^changes +lastName from "Lovelace" to "King"$/m)
    const told = JSON.parse((await attempt(ada, '--json')).stdout)
    t.match(told, { problems: [], outcome: { reader: { id: /./ } }, pages: { served: false } })

    const bad = await attempt({ ...ada, username: 'x\u001b[2J', 'ro\u202ele': 'x' })
    t.equal(bad.code, 1)
    t.match(bad.stdout, /^problem {2}username must not be blank/m)
    t.match(bad.stdout, /^warning {2}unknown fields were ignored: ro\\u\{202e\}le$/m)
    for (const odd of ['\u001b', '\u202e']) t.notMatch(bad.stdout, odd)
    t.match(await attempt('{"a":1,"a":2}'), { code: 1, stderr: /a member twice/ })
    t.match(await attempt('x'.repeat(70_000)), { code: 1, stderr: /larger than 64 KiB/ })
    const missing = await runHere(
      t,
      'try',
      'push',
      '--project',
      'acme',
      '--payload',
      `${file}.gone`,
      '--json',
    )
    t.match(missing, { code: 1, stderr: /^\{"error":"not_found"/ })
    t.match(await attempt(ada, '--project', 'other'), { code: 1, stderr: /There is no project other/ })
  })

  t.test('a login URL is visited; a problem makes the exit code 1', async t => {
    const gatepass = await startApp(t)
    const page = createServer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<form method=post><input type=password>'),
    )
    await new Promise<void>(ready => page.listen(0, '127.0.0.1', ready))
    t.teardown(() => page.close())
    const { port } = page.address() as AddressInfo
    await gatepass.project({ loginUrl: `http://127.0.0.1:${port}/login` })
    await gatepass.project({ slug: 'down', loginUrl: 'http://127.0.0.1:1/login' })
    Object.assign(process.env, { DATABASE_URL: gatepass.config.databaseUrl, GATEPASS_URL: 'http://id.test' })

    const good = await runHere(t, 'check', 'login', '--project', 'acme')
    t.match(good, { code: 0, stdout: /^ok {7}A login page/m })
    t.match(good.stdout, /^200 {2}http:\/\/127\.0\.0\.1:\d+\/login\?RedirectPath=\.\.\.&/m)
    const down = await runHere(t, 'check', 'login', '--project', 'down', '--json')
    t.equal(down.code, 1)
    t.match(JSON.parse(down.stdout), {
      verdict: 'problem',
      findings: [{ level: 'problem' }],
      visited: [{ status: null }],
    })
  })
})
