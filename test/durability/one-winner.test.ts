// A code is worth one session, however many ask for it at once and however many processes they ask.
import t from 'tap'
import { type Answer, type Connection, cookiesSet, openConnection } from '../connection.ts'
import { handoffOf, reader } from '../handoff.ts'
import { freePort } from '../start-process.ts'
import { createProject, newHome, type Server, startServer } from '../start-server.ts'

const home = newHome()
const port = await freePort()
const env = { ...home.env, PORT: String(port), GATEPASS_URL: `http://localhost:${port}` }
const servers: Server[] = []
t.teardown(async () => {
  await Promise.all(servers.map(server => server.stop()))
  home.remove()
})

const project = await createProject(env, { slug: 'acme', siteUrl: `http://acme.localhost:${port}` })
const handoff = handoffOf(project)
servers.push(await startServer({ env }))
for (const other of [await freePort(), await freePort(), await freePort()]) {
  servers.push(await startServer({ env: { ...env, PORT: String(other) } }))
}

/** So many connections, spread over the processes, all open before the race begins. */
const openConnections = async (t: { teardown(end: () => unknown): void }, count: number) => {
  const opened = Array.from({ length: count }, (_, i) =>
    openConnection(`http://127.0.0.1:${servers[i % servers.length]!.port}`),
  )
  t.teardown(() => Promise.all(opened.map(connection => connection.close())))
  await Promise.all(opened.map(({ send }) => send({ path: '/healthz' })))
  return opened
}

const newCode = async ({ send }: Connection, n: number): Promise<string> => {
  const { status, body } = await send(handoff.generateCode(reader(n)))
  if (status !== 200) throw new Error(`generateCode: ${status} ${body}`)
  return JSON.parse(body).code
}

const errorOf = ({ status, body }: Answer) => (status === 200 ? '200' : `${status} ${JSON.parse(body).error}`)

const tally = (outcomes: string[]) => {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

t.test('a code that is swapped once opens a session that every process knows', async t => {
  const everyone = await openConnections(t, servers.length)
  const swapped = await everyone[0]!.send(handoff.swap(await newCode(everyone[1]!, 1)))
  t.equal(swapped.status, 200)
  for (const { send } of everyone) {
    const { status, body } = await send(handoff.userinfo(JSON.parse(swapped.body).access_token))
    t.equal(status, 200)
    t.equal(JSON.parse(body).email, 'reader-1@example.com')
  }
})

t.test('of 1,000 simultaneous swaps of one code over 4 processes exactly one wins', async t => {
  const everyone = await openConnections(t, 1000)
  const code = await newCode(everyone[0]!, 2)
  const answers = await Promise.all(everyone.map(({ send }) => send(handoff.swap(code))))
  t.strictSame(tally(answers.map(errorOf)), { '200': 1, '400 invalid_grant': 999 })

  const winner = answers.find(({ status }) => status === 200)
  const { access_token } = JSON.parse(winner!.body)
  for (const { send } of everyone.slice(0, servers.length)) {
    const { status } = await send(handoff.userinfo(access_token))
    t.equal(status, 401, 'the 999 others were replays, and a replay revokes what the code opened')
  }
})

t.test('of 20 simultaneous swaps of each of 50 codes exactly one wins for each code', async t => {
  const everyone = await openConnections(t, 1000)
  const codes = await Promise.all(Array.from({ length: 50 }, (_, n) => newCode(everyone[n]!, n)))
  const answers = await Promise.all(
    everyone.map(({ send }, i) => send(handoff.swap(codes[Math.floor(i / 20)]!))),
  )
  const perCode = codes.map((_, n) => tally(answers.slice(n * 20, n * 20 + 20).map(errorOf)))
  t.strictSame(
    perCode,
    codes.map(() => ({ '200': 1, '400 invalid_grant': 19 })),
  )
})

t.test('the callback at the site and the token endpoint compete for the same code, and one wins', async t => {
  const everyone = await openConnections(t, 400)
  const codes = await Promise.all(Array.from({ length: 40 }, (_, n) => newCode(everyone[n]!, n)))
  // Ten contenders for each code; some are browsers at the site, some swap, and both doors are at every process.
  const atTheSite = (i: number) => Math.floor(i / servers.length) % 2 === 0
  const answers = await Promise.all(
    everyone.map(({ send }, i) => {
      const code = codes[Math.floor(i / 10)]!
      return send(atTheSite(i) ? handoff.openSite(code) : handoff.swap(code))
    }),
  )
  for (const n of codes.keys()) {
    const contenders = answers.slice(n * 10, n * 10 + 10)
    const winners = contenders.filter(({ status }) => status === 200 || status === 302)
    t.equal(winners.length, 1, `code ${n}`)
    t.equal(contenders.filter(({ status }) => status === 400).length, contenders.length - 1)
    const [winner] = winners
    if (winner?.status !== 302) continue
    const [cookie] = Object.entries(cookiesSet(winner)).filter(([name]) => name.endsWith('gatepass'))
    const { status } = await everyone[n]!.send(handoff.siteUserinfo(cookie!.join('=')))
    t.equal(status, 401, 'the session that the winner opened is revoked by the others')
  }
})
