import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import t, { type Test } from 'tap'
import { openSqlite, type SqliteConnection } from '../../src/db/sqlite.ts'
import { isBusy, storageFailure } from '../../src/db/sqlite-failures.ts'
import { createWriteQueue, type TransactionControl } from '../../src/db/write-queue.ts'
import { startApp } from '../start-app.ts'

interface Notes {
  begun: number
  committed: number
}

/** A queue on a real file, whose storage the test can hold or break. */
function startQueue(t: Test, storage: Partial<TransactionControl> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-queue-'))
  const writer = openSqlite(join(folder, 'queue.db'))
  const reader = openSqlite(join(folder, 'queue.db'))
  writer.raw.exec('CREATE TABLE notes (name TEXT PRIMARY KEY)')
  t.teardown(() => {
    writer.raw.close()
    reader.raw.close()
    rmSync(folder, { recursive: true })
  })
  const counted: Notes = { begun: 0, committed: 0 }
  const queue = createWriteQueue({
    handle: writer.handle,
    begin() {
      counted.begun++
      if (writer.raw.inTransaction) writer.raw.exec('ROLLBACK')
      writer.raw.exec('BEGIN IMMEDIATE')
    },
    commit() {
      counted.committed++
      writer.raw.exec('COMMIT')
    },
    rollback: () => void (writer.raw.inTransaction && writer.raw.exec('ROLLBACK')),
    storageFailure,
    isBusy,
    lockPatience: 100,
    ...storage,
  })
  const note = (name: string) =>
    queue.write(async () => void writer.raw.prepare('INSERT INTO notes VALUES (?)').run(name))
  const names = () => reader.raw.prepare('SELECT name FROM notes ORDER BY name').pluck().all()
  return { queue, note, names, counted, writer }
}

const failing = (writer: SqliteConnection, code: string, broken: { times: number }, run: string) => () => {
  if (broken.times-- > 0) throw new Sqlite.SqliteError('the disk is broken', code)
  writer.raw.exec(run)
}

t.test('works', async t => {
  t.test(
    'where processes take turns, whoever comes before the turn goes along, and every turn ends',
    async t => {
      const turn = Promise.withResolvers<boolean>()
      let over = 0
      const { queue, note, names, counted } = startQueue(t, {
        turns: { take: () => turn.promise, over: () => over++ },
      })
      const first = note('a')
      await new Promise(resolve => setTimeout(resolve, 20))
      const second = note('b')
      t.same(names(), [])
      turn.resolve(true)
      await Promise.all([first, second])
      t.same(names(), ['a', 'b'])
      await queue.drain()
      t.same([counted.committed, over], [1, 1])
    },
  )

  t.test('who gets no turn is refused, and the next one is served', async t => {
    const turns = [false, true]
    const asked: number[] = []
    const { note, names } = startQueue(t, {
      turns: {
        take: async patience => {
          asked.push(patience)
          return turns.shift()!
        },
        over() {},
      },
    })
    await t.rejects(note('a'), { code: 'temporarily_unavailable', retryAfter: 5 })
    await note('b')
    t.same(names(), ['b'])
    t.same(asked, [100, 100], 'it waits as long as for the lock')
  })

  t.test('writes that wait together share one transaction, and each gets its own result', async t => {
    const { queue, names, counted, writer } = startQueue(t)
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        queue.write(async () => {
          writer.raw.prepare('INSERT INTO notes VALUES (?)').run(`note ${index}`)
          return index
        }),
      ),
    )
    t.same(results, [...results.keys()])
    t.equal(names().length, 100)
    t.same(counted, { begun: 1, committed: 1 })
  })

  t.test('while more come, a group waits for them; who writes alone waits for nobody', async t => {
    const turn = () => new Promise(next => setImmediate(next))
    const { note, counted } = startQueue(t)
    const together = [note('a'), note('b')]
    await turn()
    together.push(note('c'))
    await Promise.all(together)
    t.equal(counted.committed, 1, 'the third came one turn later')

    await turn()
    const alone = note('d')
    await turn()
    await Promise.all([alone, note('e')])
    t.equal(counted.committed, 3)
  })

  t.test('a write is answered after its commit and not before', async t => {
    const gate = Promise.withResolvers<void>()
    const started = startQueue(t, {
      async commit() {
        await gate.promise
        started.writer.raw.exec('COMMIT')
      },
    })
    let answered = false
    const write = started.note('a').then(() => {
      answered = true
    })
    for (let turn = 0; turn < 20; turn++) await new Promise(next => setImmediate(next))
    t.equal(answered, false)
    t.same(started.names(), [], 'and nobody sees it')
    gate.resolve()
    await write
    t.same(started.names(), ['a'])
  })

  t.test('what was accepted is answered before closing; what comes later is refused', async t => {
    const { queue, note, names } = startQueue(t)
    const accepted = [note('a'), note('b')]
    await queue.drain()
    await Promise.all(accepted)
    t.same(names(), ['a', 'b'])
    await t.rejects(note('c'), /closed/)
  })
})

t.test('resists', async t => {
  t.test('one failing write is taken back and answered alone; its neighbours are written', async t => {
    const { queue, note, names } = startQueue(t)
    const failed = queue.write(async () => {
      throw new Error('mine alone')
    })
    const half = queue.write(async tx => {
      tx.runner.all("INSERT INTO notes VALUES ('half')", [])
      throw new Error('half done')
    })
    const settled = await Promise.allSettled([note('a'), failed, note('b'), half, note('a'), note('c')])
    t.same(
      settled.map(result => result.status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'rejected', 'fulfilled'],
    )
    t.match((settled[1] as PromiseRejectedResult).reason, { message: 'mine alone' })
    t.same(names(), ['a', 'b', 'c'])
  })

  t.test('a commit that fails answers nobody with success, and the next write is fine', async t => {
    for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_FSYNC']) {
      const broken = { times: 1 }
      const queue = startQueue(t, { commit: () => failing(queue.writer, code, broken, 'COMMIT')() })
      const settled = await Promise.allSettled([queue.note('a'), queue.note('b')])
      for (const result of settled) {
        t.match(result, { status: 'rejected', reason: { code: 'temporarily_unavailable', retryAfter: 5 } })
      }
      t.same(queue.names(), [], code)
      await queue.note('c')
      t.same(queue.names(), ['c'])
    }
  })

  t.test('taking back that fails as well: everybody is answered, and the queue goes on', async t => {
    const broken = { times: 1 }
    const queue = startQueue(t, {
      commit: () => failing(queue.writer, 'SQLITE_IOERR_WRITE', { times: broken.times }, 'COMMIT')(),
      rollback: () => failing(queue.writer, 'SQLITE_IOERR_WRITE', broken, 'ROLLBACK')(),
    })
    await t.rejects(queue.note('a'), { code: 'temporarily_unavailable' })
    await queue.note('b')
    t.same(queue.names(), ['b'])
  })

  t.test('a lock that another process holds for a moment is waited for', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = new Sqlite(gatepass.config.databaseUrl)
    other.exec('BEGIN IMMEDIATE')
    const push = gatepass.push(acme)
    while (!other.inTransaction) await new Promise(next => setImmediate(next))
    setImmediate(() => setImmediate(() => setImmediate(() => other.exec('COMMIT'))))
    t.equal((await push).statusCode, 200)
    other.close()
  })
})
