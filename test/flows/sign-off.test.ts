// Sign-off over real processes: the command line ends sessions, and two servers on one database tell the site.
import t from 'tap'
import { openDatabase } from '../../src/db/database.ts'
import { sidOf } from '../../src/sessions/session.ts'
import { addClient, openSession, startRelyingParty } from '../relying-party.ts'
import { createProject, newHome, runCommand, startServer } from '../start-server.ts'

t.test(
  'the command line blocks a reader; two servers tell each site once, and what fails is shown',
  async t => {
    const home = newHome()
    const { env } = home
    const acme = await createProject(env, { slug: 'acme', siteUrl: 'http://acme.localhost:3000' })
    const servers = await Promise.all([startServer({ env }), startServer({ env })])
    t.teardown(async () => {
      await Promise.all(servers.map(server => server.stop()))
      home.remove()
    })
    const gatepass = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCommand([...args, '--json'], { env })
      t.equal(code, 0, `gatepass ${args.join(' ')} ${stderr}`)
      return JSON.parse(stdout)
    }

    const pushed = await fetch(`${servers[0]!.url}/jwt/generateCode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: basic(acme.clientId, acme.clientSecret) },
      body: JSON.stringify({ username: 'ada', emailId: 'ada@example.com' }),
    })
    t.equal(pushed.status, 200)
    const site = await startRelyingParty(t)
    const broken = await startRelyingParty(t)
    broken.answers(500)

    const database = openDatabase(home.database)
    const reader = await database.read.selectFrom('readers').selectAll().executeTakeFirstOrThrow()
    const sids: string[] = []
    const of = { projectId: reader.project_id, readerId: reader.id, kind: 'tokens' } as const
    const wiki = await addClient(database, of.projectId, site.uri, { name: 'wiki' })
    const forum = await addClient(database, of.projectId, broken.uri, { name: 'forum' })
    for (let n = 0; n < 20; n++)
      sids.push(sidOf(await openSession(database, Date.now() - 1000, { ...of, clientId: wiki })))
    const last = await openSession(database, Date.now() - 1000, { ...of, clientId: forum })
    await database.close()

    await gatepass('session', 'end', sidOf(last), '--project', 'acme')
    await broken.hasSeen(1)
    t.same(site.requests, [], 'nobody else is told')

    await gatepass('reader', 'block', 'ada@example.com', '--project', 'acme')
    await site.hasSeen(20)
    const told = site.tokens().map(token => JSON.parse(atob(token.split('.')[1]!)).sid)
    t.same(told.sort(), sids.sort())

    // Stopping finishes what is on its way, and so writes it down.
    t.same(await Promise.all(servers.map(server => server.stop())), [0, 0])
    const pending = await gatepass('notice', 'list', '--project', 'acme', '--pending')
    t.equal(pending.length, 1)
    t.match(pending, [{ client: { name: 'forum' }, reader: 'ada@example.com', state: 'pending' }])
    t.match(pending, [{ sid: sidOf(last), lastProblem: 'answered 500' }])

    await gatepass('notice', 'retry', pending[0].id)
    broken.answers(200)
    const before = broken.requests.length
    const again = await startServer({ env })
    await broken.hasSeen(before + 1)
    t.equal(await again.stop(), 0)
    t.same(await gatepass('notice', 'list', '--project', 'acme', '--pending'), [])
    const all = await gatepass('notice', 'list', '--project', 'acme')
    t.equal(all.length, 21)
    t.ok(all.every((each: { state: string }) => each.state === 'delivered'))
    t.equal(site.requests.length, 20, 'each once')

    const { code, stderr } = await runCommand(['notice', 'retry', pending[0].id], { env })
    t.equal(code, 1)
    t.match(stderr, /delivered already/)
  },
)

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}
