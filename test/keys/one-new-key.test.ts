// However many processes find that a key is due, one new key comes of it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { keyState } from '../../src/keys/key-schedule.ts'
import { listKeys } from '../../src/keys/key-store.ts'
import { cleanEnv } from '../start-process.ts'
import { newHome } from '../start-server.ts'
import { day } from './key-deps.ts'
import type { Job, Outcome } from './racing-process.ts'

const home = newHome()
const database = openDatabase(home.database)
await migrate(database, 0)
const program = fileURLToPath(new URL('racing-process.ts', import.meta.url))
const racers = await Promise.all(Array.from({ length: 4 }, () => startRacer()))
t.teardown(async () => {
  for (const { child } of racers) child.stdin.end()
  await database.close()
  home.remove()
})

async function startRacer() {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [program, home.database], {
    env: cleanEnv({}),
  })
  child.stderr.pipe(process.stderr)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`a racer ended with ${code}`)
  })
  exited.catch(() => {})
  const next = async (): Promise<string> => (await Promise.race([lines.next(), exited])).value ?? ''
  if ((await next()) !== 'ready') throw new Error('a racer is not ready')
  return {
    child,
    race: async (job: Job): Promise<Outcome> => {
      child.stdin.write(`${JSON.stringify(job)}\n`)
      return JSON.parse(await next())
    },
  }
}

/** All four begin in the same millisecond. */
const race = (what: Job['do'], now: number) =>
  Promise.all(racers.map(racer => racer.race({ do: what, now, at: Date.now() + 20 })))

const start = Date.UTC(2026, 0, 1)

t.test('four processes that start at once agree on one first key', async t => {
  const outcomes = await race('ensure', start)
  const keys = await listKeys(database.read)
  t.equal(keys.length, 1)
  t.strictSame(
    outcomes,
    racers.map(() => ({ kids: [keys[0]!.kid] })),
  )
})

t.test('four processes that find a key due publish one successor, thirty times over', async t => {
  let now = start
  for (let round = 0; round < 30; round++) {
    now += 90 * day
    const outcomes = await race('rotate', now)
    const waiting = (await listKeys(database.read)).filter(key => keyState(key, now) === 'waiting')
    t.equal(waiting.length, 1)
    const published = outcomes.flatMap(outcome => ('kids' in outcome ? outcome.kids : [outcome.error]))
    t.strictSame(published, [waiting[0]!.kid], 'by one of them, and to the others it is no error')
  }
})
