import Sqlite from 'better-sqlite3'
import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { cookieOf, startApp, type TestApp } from '../start-app.ts'

/** No page may be added to the file any more: SQLite answers SQLITE_FULL, as on a full disk. */
async function fillDisk(gatepass: TestApp): Promise<void> {
  await gatepass.database.write(async tx => void tx.runner.all('PRAGMA max_page_count = 1', []))
}

async function freeDisk(gatepass: TestApp): Promise<void> {
  await gatepass.database.write(async tx => void tx.runner.all('PRAGMA max_page_count = 1000000', []))
}

function unavailable(t: Test, response: LightMyRequestResponse, what: string): void {
  t.equal(response.statusCode, 503, what)
  t.equal(response.headers['retry-after'], '5', what)
  t.match(response.headers['x-trace-id'], /^[0-9a-f]{32}$/)
  t.notOk(cookieOf(response, 'gatepass'), what)
  t.notMatch(response.body, /SQLITE|database or disk/, 'what is wrong inside stays inside')
}

t.test('resists', async t => {
  t.test('a full disk: 503 and nothing issued, reading goes on, and it recovers by itself', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const { access_token: token } = (await gatepass.swap(acme, await gatepass.code(acme))).json()
    const kept: string[] = []
    for (let index = 0; index < 60; index++) kept.push(await gatepass.code(acme))

    await fillDisk(gatepass)
    // What is left of the last pages is used up by readers with long names.
    const long = { username: 'x'.repeat(256), lastName: 'y'.repeat(256) }
    let refused: LightMyRequestResponse | undefined
    let issued = await gatepass.count('codes')
    for (let index = 0; index < 200 && refused === undefined; index++) {
      const response = await gatepass.push(acme, { ...long, emailId: `${index}@example.com` })
      if (response.statusCode === 200) issued++
      else refused = response
    }
    unavailable(t, refused!, 'code generation')
    t.equal(refused!.json().error, 'temporarily_unavailable')
    t.equal(await gatepass.count('codes'), issued, 'every code that was answered exists, and no other')
    t.equal(await gatepass.count('readers'), issued - 61, 'nor is there a reader of the refused push')

    t.equal((await gatepass.get(`${acme.siteUrl}/`, { cookie })).statusCode, 200)
    t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
    t.equal((await gatepass.userinfo(token)).statusCode, 200)
    t.equal((await gatepass.get('http://id.test/.well-known/jwks.json')).statusCode, 200)
    t.equal((await gatepass.push(acme, {}, '?dryRun=true')).statusCode, 200)

    // Codes that were made before open sessions until there is no room for another one.
    const firstRefused = async (present: (code: string) => Promise<LightMyRequestResponse>) => {
      for (let code = kept.pop(); code; code = kept.pop()) {
        const response = await present(code)
        if (response.statusCode === 503) return { code, response }
      }
      throw new Error('the disk never got full')
    }
    const atSite = await firstRefused(code => gatepass.callback(acme, code))
    unavailable(t, atSite.response, 'callback')
    t.match(atSite.response.headers['content-type'], /^text\/html/)
    const atTokens = await firstRefused(code => gatepass.swap(acme, code))
    unavailable(t, atTokens.response, 'token endpoint')
    const redeemed = gatepass.database.read
      .selectFrom('codes')
      .select('key')
      .where('redeemed_at', 'is not', null)
    t.equal(
      await gatepass.count('sessions'),
      (await redeemed.execute()).length,
      'as many as codes were spent',
    )

    await freeDisk(gatepass)
    t.equal((await gatepass.push(acme, { ...long, emailId: 'after@example.com' })).statusCode, 200)
    t.equal((await gatepass.callback(acme, atSite.code)).statusCode, 302, 'the code is unspent')
    t.equal((await gatepass.swap(acme, atTokens.code)).statusCode, 200)
  })

  t.test(
    'a file that another process keeps locked: 503, codes unspent, reading goes on, recovers by itself',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const cookie = await gatepass.signIn(acme)
      const code = await gatepass.code(acme)
      const counts = async () => [
        await gatepass.count('codes'),
        await gatepass.count('sessions'),
        await gatepass.count('attempt_steps'),
      ]
      const before = await counts()

      const other = new Sqlite(gatepass.config.databaseUrl)
      other.exec('BEGIN IMMEDIATE')
      const [pushed, atSite, atTokens] = await Promise.all([
        gatepass.push(acme),
        gatepass.callback(acme, code),
        gatepass.swap(acme, code),
      ])
      unavailable(t, pushed, 'code generation')
      unavailable(t, atSite, 'callback')
      unavailable(t, atTokens, 'token endpoint')
      t.equal((await gatepass.get(`${acme.siteUrl}/`, { cookie })).statusCode, 200)
      t.equal((await gatepass.get('http://id.test/readyz')).statusCode, 200)
      t.same(await counts(), before)
      other.exec('ROLLBACK')
      other.close()

      t.equal((await gatepass.callback(acme, code)).statusCode, 302)
      t.equal((await gatepass.push(acme)).statusCode, 200)
    },
  )

  t.test('failures of the storage are in the log with their cause, and refusals are not', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.push(acme, { username: 5 })
    t.notMatch(gatepass.log(), '"level":50')
    const other = new Sqlite(gatepass.config.databaseUrl)
    other.exec('BEGIN IMMEDIATE')
    const response = await gatepass.push(acme)
    other.exec('ROLLBACK')
    other.close()
    const lines = gatepass
      .log()
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    const told = lines.find(line => line.level === 50)
    t.match(told, { traceId: response.json().trace_id, err: { code: 'SQLITE_BUSY' } })
  })
})
