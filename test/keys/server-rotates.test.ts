// The server keeps the schedule by itself, and so do four of them on one database.
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { keyState } from '../../src/keys/key-schedule.ts'
import { listKeys } from '../../src/keys/key-store.ts'
import { ensureSigningKey } from '../../src/keys/rotate-key.ts'
import { wrappingKey } from '../../src/keys/wrap.ts'
import { newHome, startServer } from '../start-server.ts'
import { day } from './key-deps.ts'

t.test('four servers that start when a key is due publish one successor, and stop politely', async t => {
  const home = newHome()
  const database = openDatabase(home.database)
  t.teardown(async () => {
    await database.close()
    home.remove()
  })
  await migrate(database, 0)
  const deps = { database, wrapping: wrappingKey(home.env.GATEPASS_SECRET!) }
  const { kid } = await ensureSigningKey(deps, 'ES256', Date.now() - 91 * day)

  const servers = await Promise.all(Array.from({ length: 4 }, () => startServer({ env: home.env })))
  try {
    const states = async () =>
      (await listKeys(database.read)).map(key => [key.kid === kid, keyState(key, Date.now())])
    const both = [
      [false, 'waiting'],
      [true, 'signing'],
    ]
    for (let tries = 0; tries < 200 && (await states()).length < 2; tries++) await pause(50)
    t.strictSame(await states(), both)
    for (const { port } of servers) {
      const answer = await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)
      const { keys } = (await answer.json()) as { keys: unknown[] }
      t.equal(keys.length, 2, 'every server publishes both')
    }
    t.strictSame(await Promise.all(servers.map(server => server.stop())), [0, 0, 0, 0])
    t.strictSame(await states(), both)
  } finally {
    await Promise.all(servers.map(server => server.kill()))
  }
})
