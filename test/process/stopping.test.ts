// What a stop does to those who are being served: whoever was accepted gets an answer, and nobody else gets in.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import t from 'tap'
import { openConnection } from '../connection.ts'
import { handoffOf, reader } from '../handoff.ts'
import { cleanEnv, freePort, observed } from '../start-process.ts'
import { createProject, newHome, startServer } from '../start-server.ts'
import { openRawConnection } from './raw-connection.ts'

const CONNECTIONS = 16
const checkout = fileURLToPath(new URL('../..', import.meta.url))

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} under load finishes what was accepted, takes nothing new, and ends with 0`, async t => {
    const home = newHome()
    t.teardown(home.remove)
    const server = await startServer({ env: { ...observed, ...home.env } })
    t.teardown(() => server.kill())
    const project = await createProject(
      { ...home.env, GATEPASS_URL: server.url },
      { slug: 'acme', siteUrl: 'http://acme.test' },
    )
    const handoff = handoffOf(project)

    const silent = await openRawConnection(server.port)
    const idle = await openRawConnection(server.port)
    idle.write('GET /healthz HTTP/1.1\r\nHost: id.test\r\n\r\n')
    await idle.received(/"ok"/)
    const slow = await openRawConnection(server.port)
    const { path, headers = {}, body = '' } = handoff.generateCode(reader(0))
    const head = Object.entries({ ...headers, 'content-length': body.length }).map(
      ([name, value]) => `${name}: ${value}`,
    )
    slow.write(`POST ${path} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body.slice(0, 9)}`)

    let codes = 0
    let signalled = false
    const refusals = new Set<number>()
    const enough = Promise.withResolvers<void>()
    const load = Array.from({ length: CONNECTIONS }, async (_, index) => {
      const { send, close } = openConnection(`http://127.0.0.1:${server.port}`)
      try {
        for (let turn = 0; ; turn++) {
          const { status } = await send(handoff.generateCode(reader(1 + index + turn * CONNECTIONS)))
          if (status === 200) codes++
          else refusals.add(status)
          if (codes === 200) enough.resolve()
        }
      } catch (error) {
        // The connection was closed between two requests: the one that came too late was never taken.
        if (!signalled) throw error
      } finally {
        await close()
      }
    })
    await Promise.race([enough.promise, ...load])

    const started = performance.now()
    signalled = true
    process.kill(server.pid, signal)
    await Promise.all([...load, silent.ended(), idle.ended()])
    await t.rejects(fetch(`${server.url}/healthz`), 'nobody new gets in')

    slow.write(body.slice(9))
    t.match(
      await slow.ended(),
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*"code":/,
      'whoever was sending is still answered',
    )
    codes++

    t.equal(await server.stop(), 0)
    t.ok(performance.now() - started < 10_000)
    t.same(
      [...refusals].filter(status => status !== 503),
      [],
      'who came too late was told so',
    )
    const database = new Sqlite(home.database, { readonly: true })
    t.equal(
      database.prepare('SELECT count(*) FROM codes').pluck().get(),
      codes,
      'every code that was made was answered',
    )
    database.close()
  })
}

t.test('whoever never ends is cut off, and the process ends with 0 within 10 s', async t => {
  const home = newHome()
  t.teardown(home.remove)
  const server = await startServer({ env: { ...observed, ...home.env } })
  t.teardown(() => server.kill())
  const endless = await openRawConnection(server.port)
  endless.write('POST /oauth/token HTTP/1.1\r\nHost: id.test\r\nContent-Length: 100\r\n\r\na')
  const started = performance.now()
  const [code, answer] = await Promise.all([server.stop(), endless.ended()])
  t.equal(code, 0)
  t.match(answer, /^$|^HTTP\/1\.1 4/)
  t.ok(performance.now() - started < 10_000)
})

const setUp = spawnSync(process.execPath, [join(checkout, 'scripts/setup.js'), '--check']).status === 0
t.test(
  'npm start, told to stop, takes the server along',
  {
    skip: !setUp && 'this checkout was not set up by npm',
  },
  async t => {
    const home = newHome()
    t.teardown(home.remove)
    const port = await freePort()
    const npm = spawn('npm', ['start'], {
      cwd: checkout,
      env: cleanEnv({ ...home.env, PORT: String(port) }),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.teardown(() => npm.kill('SIGKILL'))
    for await (const text of npm.stdout) if (/Gatepass is ready/.test(String(text))) break
    t.equal((await fetch(`http://localhost:${port}/healthz`)).status, 200)

    const idle = await openRawConnection(port)
    npm.kill('SIGTERM')
    await idle.ended()
    await t.rejects(fetch(`http://localhost:${port}/healthz`))
  },
)
