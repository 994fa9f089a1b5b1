// The README does what it says: its commands are run as they stand there, in a fresh copy, by a shell.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { ada, cookieOf, startApp } from '../start-app.ts'
import {
  answering,
  answers,
  freePort,
  markedBlock,
  markedBlocks,
  plainEnvironment,
  root,
} from './read-docs.ts'

const run = promisify(execFile)

/** A checkout whose packages are installed already. */
function freshCopy(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-readme-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  for (const part of ['bin', 'docs', 'migrations', 'scripts', 'src', 'package.json', 'package-lock.json']) {
    cpSync(join(root, part), join(folder, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** `npm start` and `npm run gatepass` install where they have not: then this is not the place to run them. */
function whyNot(): string | false {
  if (!answers('curl', '--version')) return 'there is no curl on this machine'
  if (answers(process.execPath, join(root, 'scripts/setup.js'), '--check')) return false
  return 'the packages were not installed by npm start or npm test'
}

t.test('works', async t => {
  t.test(
    'the commands of the README, copied and pasted, start a server and sign Ada in',
    { skip: whyNot() },
    async t => {
      const folder = freshCopy(t)
      const port = await freePort()
      // The commands name port 3000, as a reader's would; curl is told by its configuration where that is in this test.
      writeFileSync(
        join(folder, '.curlrc'),
        ['localhost', 'acme.localhost']
          .map(host => `connect-to = "${host}:3000:127.0.0.1:${port}"\n`)
          .join(''),
      )
      const env = plainEnvironment({
        PORT: String(port),
        GATEPASS_URL: 'http://localhost:3000',
        DATABASE_URL: join(folder, 'data/gatepass.db'),
        GATEPASS_DEMO: 'off',
        LOG_LEVEL: 'warn',
        CURL_HOME: folder,
      })

      const server = spawn('sh', ['-c', markedBlock('README.md', 'start')], {
        cwd: folder,
        env,
        detached: true,
        stdio: 'ignore',
      })
      const ended = once(server, 'exit')
      t.teardown(async () => {
        // npm, its shell and the server: the group that was started here.
        if (server.exitCode === null && server.pid !== undefined) process.kill(-server.pid, 'SIGTERM')
        await ended
      })
      await answering(`http://127.0.0.1:${port}/readyz`)

      const commands = markedBlocks('README.md').filter(block => block.about === 'shell')
      t.ok(commands.length >= 4)
      const script = commands.map(block => block.code).join('\n')
      const { stdout, stderr } = await run('sh', ['-euc', script], { cwd: folder, env })
      t.equal(stderr, '')
      const [arrived, atTheSite, atTheIdentityServer] = stdout.trim().split('\n')
      t.equal(arrived, '302 http://acme.localhost:3000/')
      t.match(JSON.parse(atTheSite!), { name: 'Ada Lovelace', email: 'ada@example.com' })
      t.match(JSON.parse(atTheIdentityServer!), { name: 'Ada Lovelace', email: 'ada@example.com' })
    },
  )

  t.test('the login endpoint in ten lines signs a reader in, bound to the browser that asked', async t => {
    const code = markedBlock('README.md', 'login-endpoint.mjs')
    t.equal(code.trimEnd().split('\n').length, 10)

    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.group(acme, 'staff')
    const identity = await gatepass.app.listen({ host: '127.0.0.1', port: 0 })
    process.env.GATEPASS_CODE_URL = `${identity}/jwt/generateCode`
    process.env.GATEPASS_LOGIN_CLIENT = `${acme.clientId}:${acme.clientSecret}`

    const { enterKnowledgeBase } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
    const endpoint = createServer((request, response) =>
      enterKnowledgeBase(request, response, { name: 'ada', email: ada.emailId, groups: ['staff'] }),
    )
    endpoint.listen(0, '127.0.0.1')
    await once(endpoint, 'listening')
    t.teardown(() => endpoint.close())
    const login = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/login`

    const asked = await gatepass.get(`${acme.siteUrl}/guide?part=2`)
    const redirected = await fetch(login + new URL(asked.headers.location!).search, { redirect: 'manual' })
    t.equal(redirected.status, 302)
    const callback = redirected.headers.get('location')!

    const stranger = await gatepass.get(callback)
    t.equal(stranger.statusCode, 400, 'another browser cannot use the code')
    const cookie = cookieOf(
      asked,
      'gatepass_attempt_'.concat(new URL(asked.headers.location!).searchParams.get('state')!),
    )!
    const arrived = await gatepass.get(callback, { cookie })
    t.equal(arrived.statusCode, 302)
    t.equal(arrived.headers.location, `${acme.siteUrl}/guide?part=2`)

    const session = cookieOf(arrived, 'gatepass')!
    const reader = await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie: session })
    t.match(reader.json(), { preferred_username: 'ada', email: ada.emailId, groups: ['staff'] })

    const direct = await fetch(login, { redirect: 'manual' })
    const home = await gatepass.get(direct.headers.get('location')!)
    t.equal(home.headers.location, `${acme.siteUrl}/`, 'it works without a page in mind too')
  })
})
