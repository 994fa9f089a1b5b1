// What somebody reads who starts the server: where to go, or the one sentence that says why it does not start.

import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import t, { type Test } from 'tap'
import { acceptLink } from '../src/administrators/accept-link.ts'
import { createOwnerLink } from '../src/administrators/hand-out-link.ts'
import { openDatabase } from '../src/db/database.ts'
import { systemClock } from '../src/platform/clock.ts'
import { type Env, freePort } from './start-process.ts'
import { createProject, newHome, runCommand, startServer } from './start-server.ts'

const twice = (password: string) => ({ password, repeated: password })

t.test('works', async t => {
  t.test('a start without the demo says how to make a first project', async t => {
    const home = newHome()
    t.teardown(home.remove)
    const server = await startServer({ env: home.env })
    await server.stop()
    t.match(server.output(), `Identity server   ${server.url}`)
    t.match(server.output(), 'project create --slug acme')
    t.notMatch(server.output(), 'demo.localhost')
    const command = /gatepass -- (project create .*)/.exec(server.output())![1]!
    const { code, stderr } = await runCommand(command.split(' '), { env: home.env })
    t.equal(code, 0, `the command that it prints works: ${stderr}`)
  })

  t.test('a start without an administrator prints a link that makes one, until there is one', async t => {
    const home = newHome()
    t.teardown(home.remove)
    for (const more of [{}, { NODE_ENV: 'production', HOST: '127.0.0.1' }] as Env[]) {
      const server = await startServer({ env: { ...home.env, ...more } })
      const printed = () => /\bhttp\S+\/console\/welcome\?token=[\w-]{43}(?!\w)/.exec(server.output())?.[0]
      // The port answers a moment before the link is out.
      for (let attempt = 0; attempt < 200 && !printed(); attempt++) await pause(20)
      t.equal((await fetch(printed()!)).status, 200, 'its page opens')
      await server.stop()
    }
    const database = openDatabase(home.database)
    const deps = { database, clock: systemClock }
    const { token } = await createOwnerLink(deps, { name: 'test', origin: 'test' })
    const input = { token, email: 'ada@example.com', name: 'Ada', ...twice('seven wet otters') }
    await acceptLink(deps, input, { address: '127.0.0.1', userAgent: 'test' })
    await database.close()
    const server = await startServer({ env: home.env })
    await server.stop()
    t.match(server.output(), 'Gatepass is ready')
    t.notMatch(server.output(), 'console/welcome')
  })

  t.test('a start on a database with projects brings no demo', async t => {
    const home = newHome()
    t.teardown(home.remove)
    const env = { ...home.env, GATEPASS_DEMO: 'on' }
    await createProject(env, { slug: 'acme', siteUrl: 'http://acme.localhost:3000' })
    const server = await startServer({ env })
    await server.stop()
    t.notMatch(server.output(), 'demo.localhost')
  })

  t.test('production prints JSON and nothing else', async t => {
    const home = newHome()
    t.teardown(home.remove)
    const server = await startServer({ env: { ...home.env, NODE_ENV: 'production', HOST: '127.0.0.1' } })
    t.equal(await server.stop(), 0)
    const lines = server.output().trim().split('\n')
    t.ok(lines.length > 0)
    for (const line of lines) t.doesNotThrow(() => JSON.parse(line), line)
  })
})

t.test('refuses', async t => {
  const home = newHome()
  t.teardown(home.remove)
  const port = String(await freePort())

  async function refusal(t: Test, env: Env): Promise<string> {
    const { code, stdout, stderr } = await runCommand(['serve'], { env: { ...home.env, PORT: port, ...env } })
    t.equal(code, 1)
    t.equal(stdout, '')
    t.match(stderr, /^gatepass: [^\n]+\n$/, 'one sentence, no stack')
    return stderr
  }

  t.test('a port that is in use', async t => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    t.teardown(() => other.close())
    const { port } = other.address() as { port: number }
    t.match(
      await refusal(t, { PORT: String(port), HOST: '127.0.0.1' }),
      `Port ${port} on 127.0.0.1 is in use`,
    )
  })

  t.test('a wrong value of a variable', async t => {
    t.match(await refusal(t, { PORT: 'abc' }), 'PORT is "abc"')
    t.match(await refusal(t, { HOST: '192.0.2.1' }), 'HOST is "192.0.2.1"')
  })

  t.test('a folder that cannot be made or written', async t => {
    writeFileSync(join(home.folder, 'file'), '')
    t.match(await refusal(t, { DATABASE_URL: join(home.folder, 'file/gatepass.db') }), 'DATABASE_URL')
    t.match(
      await refusal(t, { DATABASE_URL: join(home.folder, 'file/gatepass.db'), GATEPASS_SECRET: '' }),
      'DATABASE_URL',
    )
  })

  t.test('a file that is no database', async t => {
    writeFileSync(
      join(home.folder, 'text.db'),
      'this is not a database but a text of some length\n'.repeat(20),
    )
    t.match(await refusal(t, { DATABASE_URL: join(home.folder, 'text.db') }), 'not a database')
  })

  t.test('a database of a newer version', async t => {
    await runCommand(['db', 'migrate'], { env: home.env })
    const database = new Sqlite(home.database)
    database.prepare('INSERT INTO schema_migrations VALUES (9999, ?, 1)').run('from the future')
    database.close()
    t.match(await refusal(t, {}), 'written by a newer Gatepass')
  })
})
