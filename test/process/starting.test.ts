import { readFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { newHome, startServer } from '../start-server.ts'

t.test(
  'several processes that start at once on nothing share one database, one secret and one key',
  async t => {
    const home = newHome()
    t.teardown(home.remove)
    const { GATEPASS_SECRET: _, ...env } = home.env
    const servers = await Promise.all([1, 2, 3].map(() => startServer({ env })))
    t.teardown(() => Promise.all(servers.map(server => server.stop())))

    const sets = await Promise.all(
      servers.map(({ url }) => fetch(`${url}/.well-known/jwks.json`).then(answer => answer.text())),
    )
    t.equal(JSON.parse(sets[0]!).keys.length, 1)
    for (const set of sets) t.equal(set, sets[0])
    for (const { url } of servers) t.equal((await fetch(`${url}/readyz`)).status, 200)

    const database = new Sqlite(home.database, { readonly: true })
    t.equal(database.prepare('SELECT count(*) FROM signing_keys').pluck().get(), 1)
    t.equal(database.prepare('SELECT count(*) FROM schema_migrations').pluck().get(), 1)
    database.close()
    t.equal(`${readConfig(env).secret}\n`, readFileSync(`${home.folder}/gatepass.secret`, 'utf8'))
  },
)
