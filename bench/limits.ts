// What a handoff cannot do without, alone and in this process: one signature, one durable commit.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Drive } from './load.ts'

export type Limit = (seconds: number) => Promise<Drive>

/** ES256 over what an ID token's header and claims amount to. */
export const bareSigning = (): Limit => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const claims = Buffer.alloc(600, 'x')
  return repeat(() => void sign('sha256', claims, privateKey))
}

/** One row a commit at `synchronous=FULL`; with `rows` that many share one, as concurrent requests do. */
export const bareCommit = (folder: string, rows = 1): Limit => {
  const db = new Database(join(folder, `limit-${rows}.db`))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('create table item (key blob primary key, value text) strict, without rowid')
  const insert = db.prepare('insert into item values (?, ?)')
  let n = 0
  const group = db.transaction(() => {
    for (let row = 0; row < rows; row++) {
      const key = Buffer.alloc(32)
      key.writeUIntBE(++n, 0, 6)
      createHash('sha256').update(key).digest().copy(key, 6, 6)
      insert.run(key, 'x'.repeat(150))
    }
  })
  return repeat(() => void group.immediate(), rows)
}

const repeat =
  (work: () => void, worth = 1): Limit =>
  async seconds => {
    const durations: number[] = []
    const start = performance.now()
    while (performance.now() - start < seconds * 1000) {
      const began = performance.now()
      work()
      durations.push(performance.now() - began)
    }
    const elapsed = (performance.now() - start) / 1000
    durations.sort((a, b) => a - b)
    return {
      count: durations.length * worth,
      failures: 0,
      problems: [],
      seconds: elapsed,
      perSecond: (durations.length * worth) / elapsed,
      p50: durations[Math.floor(durations.length * 0.5)] ?? Number.NaN,
      p99: durations[Math.floor(durations.length * 0.99)] ?? Number.NaN,
    }
  }
