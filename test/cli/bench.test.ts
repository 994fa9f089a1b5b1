// `gatepass bench` against an app that listens: what it measures, what it leaves behind, and what it refuses to load.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createApiKey } from '../../src/administrators/api-keys.ts'
import { principalOfCommandLine } from '../../src/administrators/principal.ts'
import { isPublic } from '../../src/capacity/check-target.ts'
import { drive, percentiles } from '../../src/capacity/drive.ts'
import { verdictOf } from '../../src/capacity/verdict.ts'
import { showProgress } from '../../src/cli/show-progress.ts'
import { startApp } from '../start-app.ts'
import { runHere } from './run-here.ts'

async function startListening(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  const origin = await gatepass.app.listen({ host: '127.0.0.1', port: 0 })
  // The command reads the environment of its process, as it is on the machine of the database.
  const mine = { DATABASE_URL: gatepass.config.databaseUrl, GATEPASS_SECRET: gatepass.config.secret }
  const before = { ...process.env }
  Object.assign(process.env, mine)
  t.teardown(() => {
    for (const name of Object.keys(mine)) delete process.env[name]
    Object.assign(process.env, before)
  })
  const key = async (scopes: string[]) =>
    (
      await createApiKey(gatepass.rules, principalOfCommandLine(gatepass.actor), {
        name: 'bench',
        scopes,
        projectIds: null,
        life: null,
      })
    ).secret
  const left = async () =>
    await gatepass.database.read
      .selectFrom('projects')
      .select('slug')
      .where('deleted_at', 'is', null)
      .execute()
  return { gatepass, origin, key, left }
}

const noSignal = new AbortController().signal

t.test('works', async t => {
  const { gatepass, origin, key, left } = await startListening(t)
  const quick = ['--seconds', '1', '--connections', '4', '--json']

  await t.test('by an API key, and leaves no project behind', async t => {
    const words = ['--api-key', await key(['projects:write'])]
    const { code, stdout, stderr } = await runHere(t, 'bench', '--url', origin, ...words, ...quick)
    t.equal(code, 0, stderr)
    const told = JSON.parse(stdout)
    t.match(told, { url: origin, connections: 4, failures: 0, problems: [], stoppedEarly: false })
    t.ok(told.handoffs > 0 && told.perSecond > 0)
    for (const step of ['code', 'swap', 'session', 'whole']) {
      const { p50, p95, p99 } = told.latencies[step]
      t.ok(p50 > 0 && p50 <= p95 && p95 <= p99, step)
    }
    t.match(told.verdict, /^About [\d.,]+ sign-ins a second; a busy morning of 100,000 people in 15 minutes/)
    t.same(await left(), [])
    t.equal(await gatepass.count('sessions'), told.handoffs + 1, 'each sign-in is a real one')
  })

  await t.test('without a key, by the database of this machine, told in lines', async t => {
    const words = ['--seconds', '1', '--connections', '2']
    const { code, stdout, stderr } = await runHere(t, 'bench', '--url', origin, ...words)
    t.equal(code, 0, stderr)
    t.match(stdout, /^\d+ sign-ins in \d\.\d s over 2 connections: [\d.]+ a second\n\nmilliseconds +p50 +p95/)
    t.match(stdout, /\nsession check +[\d.]+ +[\d.]+ +[\d.]+\n/)
    t.same(await left(), [])
  })

  await t.test('stops on Ctrl+C, tells what it has, and leaves no project behind', async t => {
    const running = runHere(t, 'bench', '--url', origin, '--seconds', '60', '--json')
    while ((await gatepass.count('projects')) < 3) await new Promise(resolve => setTimeout(resolve, 20))
    // As the system would, to this command alone: the test runner listens too.
    for (const listener of process.listeners('SIGINT').filter(each => /abort/.test(String(each))))
      listener('SIGINT')
    const { stdout } = await running
    const { stoppedEarly, seconds } = JSON.parse(stdout)
    t.equal(stoppedEarly, true)
    t.ok(seconds < 30)
    t.same(await left(), [])
  })

  await t.test('ends when it has done enough, or when everything fails', async t => {
    const bounds = { connections: 4, seconds: 60, most: 50, signal: noSignal }
    const { handoffs } = await drive(
      async () => {},
      bounds,
      () => {},
    )
    t.equal(handoffs, 50)
    const failing = async () => {
      throw new Error('no')
    }
    const failed = await drive(failing, { ...bounds, most: 1e9 }, () => {})
    t.ok(failed.failures < 200)
    t.match(failed.problems, [{ sentence: 'no', times: failed.failures }])
    t.equal(verdictOf(failed), 'No sign-in went through.')
  })

  await t.test('with figures that mean something', async t => {
    t.same(percentiles([5, 1, 4, 2, 3]), { p50: 3, p95: 5, p99: 5 })
    t.same(percentiles([]), { p50: null, p95: null, p99: null })
    const drove = {
      ...(await drive(
        async () => {},
        { connections: 1, seconds: 1, most: 1, signal: noSignal },
        () => {},
      )),
      handoffs: 999,
      ownCore: 0,
    }
    const verdict = (more: object) => verdictOf({ ...drove, ...more })
    t.equal(
      verdict({ perSecond: 1883 }),
      'About 1,900 sign-ins a second; a busy morning of 100,000 people in 15 minutes needs 112.',
    )
    t.match(verdict({ perSecond: 50 }), /needs 112\. That is too few\.$/)
    t.match(verdict({ perSecond: 500, failures: 1 }), /1 failed \(under 1 %\): look at why first\.$/)
    t.match(verdict({ perSecond: 500, ownCore: 0.95 }), /the server can do more\.$/)
  })

  await t.test('with a bar on a terminal, and plain lines elsewhere', async t => {
    const written = (isTTY: boolean) => {
      let text = ''
      const progress = showProgress({ isTTY, write: (piece: string) => (text += piece) }, 10)
      for (const seconds of [1, 5, 10]) progress.tell({ seconds, handoffs: seconds * 1900 })
      progress.end()
      return text
    }
    t.match(written(true), /\r\[#{15}\.{15}\] 5 of 10 s, 1,900 sign-ins a second/)
    t.equal(written(false), '1 of 10 s, 1,900 sign-ins a second\n')
  })
})

t.test('refuses', async t => {
  const { origin, key, left } = await startListening(t)
  const other = createServer((_, answer) => answer.end('hello')).listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await new Promise(resolve => other.once('listening', resolve))
  const otherOrigin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const bench = (t: Parameters<typeof runHere>[0], ...words: string[]) =>
    runHere(t, 'bench', '--seconds', '1', ...words)

  const wrong: [what: string, words: () => Promise<string[]>, says: RegExp][] = [
    ['a URL with a path', async () => ['--url', `${origin}/console`], /must be the address of a Gatepass/],
    ['a public address', async () => ['--url', 'http://93.184.215.14'], /is a public address\. .* add --yes/],
    ['a wrong key', async () => ['--url', origin, '--api-key', 'gpk_wrong'], /The API key is wrong/],
    [
      'a key that may not make projects',
      async () => ['--url', origin, '--api-key', await key(['projects:read'])],
      /needs the scope projects:write/,
    ],
    ['something that is no Gatepass', async () => ['--url', otherOrigin], /is not a Gatepass/],
    ['a port where nothing listens', async () => ['--url', 'http://127.0.0.1:1'], /Nothing listens at/],
    [
      'https where only http is spoken',
      async () => ['--url', otherOrigin.replace('http:', 'https:')],
      /does not speak TLS there/,
    ],
  ]
  for (const [what, words, says] of wrong) {
    await t.test(what, async t => {
      const { code, stdout, stderr } = await bench(t, ...(await words()))
      t.equal(code, 1)
      t.equal(stdout, '')
      t.match(stderr, says)
      t.same(await left(), [])
    })
  }

  await t.test('a database that is not the one of the server', async t => {
    const second = await startApp(t)
    process.env.DATABASE_URL = second.config.databaseUrl
    const { code, stderr } = await bench(t, '--url', origin)
    t.equal(code, 1)
    t.match(stderr, /does not know the project .* Give an API key/)
    t.match(await second.database.read.selectFrom('projects').select('deleted_at').execute(), [
      { deleted_at: Number },
    ])
  })

  await t.test('more than is sensible', async t => {
    for (const words of [
      ['--seconds', '301'],
      ['--connections', '257'],
      ['--seconds', '0'],
    ]) {
      const { code, stderr } = await runHere(t, 'bench', '--url', origin, ...words)
      t.equal(code, 2)
      t.match(stderr, /a whole number from 1 to/)
    }
  })

  await t.test('and knows public addresses from its own', async t => {
    for (const host of ['93.184.215.14', '[2606:4700::1111]'])
      t.equal(await isPublic(`https://${host}`), true)
    for (const host of ['127.0.0.1', '10.1.2.3', '[::1]', 'localhost', 'acme.localhost']) {
      t.equal(await isPublic(`http://${host}`), false)
    }
  })
})
