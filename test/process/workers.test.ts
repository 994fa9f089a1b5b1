// Several workers on one port: what one is told holds in all, failures count together, and they start and end as one.
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { type Answer, type Connection, openConnection } from '../connection.ts'
import { livingWorkers, untilWorkers } from '../durability/living-workers.ts'
import { handoffOf, reader } from '../handoff.ts'
import { freePort } from '../start-process.ts'
import { createProject, newHome, runCommand, startServer } from '../start-server.ts'

const WORKERS = 3
const home = newHome()
const port = await freePort()
const url = `http://localhost:${port}`
const env = { ...home.env, PORT: String(port), GATEPASS_URL: url, LOG_LEVEL: 'info' }
const project = await createProject(env, { slug: 'acme', siteUrl: `http://acme.localhost:${port}` })
const handoff = handoffOf(project)
const key = await newApiKey(
  'projects:read',
  'projects:write',
  'secrets:write',
  'readers:read',
  'readers:write',
)
const server = await startServer({ env: { ...env, WORKERS: String(WORKERS) } })
await untilWorkers(server.output, WORKERS)
t.teardown(async () => {
  await server.kill()
  home.remove()
})

async function newApiKey(...scopes: string[]): Promise<string> {
  const words = scopes.flatMap(scope => ['--scope', scope])
  const { stdout } = await runCommand(['api-key', 'create', '--name', 'test', ...words, '--json'], { env })
  return JSON.parse(stdout).key
}

const administer = async (method: string, path: string, body: object = {}) => {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/projects/acme${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(method !== 'GET' && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json().catch(() => ({}))) as { items: { id: string; clientKind?: string }[] }
}

/** Connections to every worker: they are handed out in turn. */
const openConnections = async (t: { teardown(end: () => unknown): void }, count = WORKERS * 3) => {
  const opened = Array.from({ length: count }, () => openConnection(`http://127.0.0.1:${port}`))
  t.teardown(() => Promise.all(opened.map(connection => connection.close())))
  await Promise.all(opened.map(({ send }) => send({ path: '/healthz' })))
  return opened
}

const statuses = (answers: Answer[]) => [...new Set(answers.map(({ status }) => status))]
const push = (everyone: Connection[]) =>
  Promise.all(everyone.map(({ send }, n) => send(handoff.generateCode(reader(n)))))

t.test('works', async t => {
  await t.test('all workers answer, and log lines say which', async t => {
    const everyone = await openConnections(t)
    t.same(statuses(await push(everyone)), [200])
    const answering = () => {
      const lines = server.output().split('\n').slice(0, -1)
      const ofCodes = lines.filter(line => line.includes('"route":"/jwt/generateCode"'))
      return new Set(ofCodes.map(line => JSON.parse(line).worker)).size
    }
    // Lines are written some milliseconds after the answers.
    while (answering() < WORKERS) await pause(5)
    t.equal(answering(), WORKERS)
  })

  await t.test('what is changed through one holds in the others from the next request on', async t => {
    const everyone = await openConnections(t)
    const [first] = everyone
    const { body } = await first!.send(handoff.generateCode(reader(1)))
    const { code } = JSON.parse(body)
    const { access_token } = JSON.parse((await first!.send(handoff.swap(code))).body)
    const userinfo = () => Promise.all(everyone.map(({ send }) => send(handoff.userinfo(access_token))))
    t.same(statuses(await userinfo()), [200])

    await administer('PATCH', '', { jwtEnabled: false })
    t.same(statuses(await push(everyone)), [403], 'JWT sign-in is off')
    await administer('PATCH', '', { jwtEnabled: true })
    t.same(statuses(await push(everyone)), [200])

    const { items: readers } = await administer('GET', '/readers?search=reader-1@example.com')
    await administer('POST', `/readers/${readers[0]!.id}/block`)
    t.same(statuses(await userinfo()), [401], 'the reader is blocked')

    const { items: secrets } = await administer('GET', '/secrets')
    const ofLogin = secrets.filter(secret => secret.clientKind === 'login')
    for (const { id } of ofLogin) await administer('DELETE', `/secrets/${id}`)
    t.same(statuses(await push(everyone.slice(0, WORKERS))), [401], 'the secret is revoked')
  })
})

t.test('resists', async t => {
  await t.test('whoever guesses has no more guesses for there being several workers', async t => {
    const everyone = await openConnections(t)
    const wrong = { ...project, clientId: '01a201d9-5071-780e-bcd2-ef8d36d93ca6' }
    let refused = 0
    for (let guess = 0; guess < 60; guess++) {
      const { send } = everyone[guess % everyone.length]!
      const { status } = await send(handoffOf(wrong).generateCode(reader(0)))
      if (status === 401) refused++
      else if (status !== 429) t.fail(`answered ${status}`)
    }
    // What a worker was told a moment later than it was asked.
    t.ok(refused >= 30 && refused < 30 + WORKERS * 2, `${refused} guesses were looked at`)
  })

  await t.test('a worker that dies is replaced, and the others go on', async t => {
    const before = livingWorkers(server.output())
    process.kill(before[0]!, 'SIGKILL')
    while (livingWorkers(server.output()).includes(before[0]!)) await pause(20)
    const everyone = await openConnections(t)
    t.same(statuses(await Promise.all(everyone.map(({ send }) => send({ path: '/readyz' })))), [200])
    await untilWorkers(server.output, WORKERS)
    t.match(server.output(), /"how":"SIGKILL".*"msg":"a worker ended and is replaced"/)
  })
})

t.test('refuses', async t => {
  await t.test('a port that is in use ends the start with one sentence', async t => {
    const { code, stderr } = await runCommand(['serve', '--workers', '2'], { env })
    t.equal(code, 1)
    t.match(stderr, /^gatepass: Port \d+ on localhost is in use: [^\n]+\n$/)
  })
})

t.test('a stop answers everybody in every worker, and ends with 0', async t => {
  const everyone = await openConnections(t)
  const swaps = everyone.map(({ send }) => send(handoff.swap('a'.repeat(43))))
  await pause(5)
  const began = performance.now()
  t.equal(await server.stop(), 0)
  t.ok(performance.now() - began < 7_000, 'nobody who was answered is waited for')
  t.same(statuses(await Promise.all(swaps)), [400])
  await t.rejects(fetch(`${url}/healthz`), 'nobody is left on the port')
})
