import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { openDatabase } from '../../src/db/database.ts'
import { rememberForTurn } from '../../src/db/settings-memory.ts'
import { moveSettingsVersion, settingsVersion } from '../../src/db/settings-version.ts'
import { startApp } from '../start-app.ts'

t.test('works', async t => {
  t.test('the requests of one turn ask for the settings version once', async t => {
    const memory = rememberForTurn()
    let asked = 0
    const ask = () => ++asked
    t.same([memory.current(ask), memory.current(ask), memory.current(ask)], [1, 1, 1])
    await setImmediate()
    t.equal(memory.current(ask), 2, 'and those of the next turn again')
  })

  t.test('a change made here is known in the same turn, one made by another process in the next', async t => {
    const { database } = await startApp(t)
    const other = openDatabase(database.name)
    t.teardown(() => other.close())
    const before = await settingsVersion(database.read)
    const here = database.write(async tx => {
      await moveSettingsVersion(tx)
      // In the turn of the commit, somebody has asked already.
      await settingsVersion(database.read)
    })
    await here
    t.equal(await settingsVersion(database.read), before + 1)
    await other.write(tx => moveSettingsVersion(tx))
    await setImmediate()
    t.equal(await settingsVersion(database.read), before + 2)
  })
})

t.test('resists', async t => {
  t.test('a question that failed is not remembered', async t => {
    const memory = rememberForTurn()
    t.throws(() =>
      memory.current(() => {
        throw new Error('the disk is gone')
      }),
    )
    t.equal(
      memory.current(() => 7),
      7,
    )
  })
})
