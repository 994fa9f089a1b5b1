import Sqlite from 'better-sqlite3'
import t from 'tap'
import { settingsVersion } from '../../src/db/settings-version.ts'
import { startApp } from '../start-app.ts'

t.test(
  'a change that another process has made is known to the next question, in the same turn too',
  async t => {
    const { database } = await startApp(t)
    const other = new Sqlite(database.name)
    t.teardown(() => other.close())
    const before = await settingsVersion(database.read)
    other.exec('UPDATE settings_version SET version = version + 1')
    t.equal(settingsVersion(database.read), before + 1)
  },
)
