import { pino } from 'pino'
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import { listKeys } from '../../src/keys/key-store.ts'
import { rotateSigningKey } from '../../src/keys/rotate-key.ts'
import { wrappingKey } from '../../src/keys/wrap.ts'
import { issuer, startApp, type TestApp } from '../start-app.ts'

const HOUR = 3_600_000

async function published(gatepass: TestApp): Promise<string[]> {
  const { keys } = (await gatepass.get(`${issuer}/.well-known/jwks.json`)).json()
  return keys.map((key: { kid: string }) => key.kid)
}

t.test('works', async t => {
  t.test(
    'a key that is rotated at once signs; the one before stays published while its tokens can live',
    async t => {
      const gatepass = await startApp(t)
      const [before] = await published(gatepass)
      const wrapping = wrappingKey(gatepass.config.secret)
      const now = gatepass.clock.now()
      const deps = { database: gatepass.database, wrapping }
      const rotation = { algorithm: 'ES256', atOnce: true } as const
      const { kid, retires } = await rotateSigningKey(deps, gatepass.actor, rotation, now)
      t.equal(retires, before)
      t.same((await published(gatepass)).sort(), [before!, kid].sort())
      const acme = await gatepass.project()
      const { id_token: token } = (await gatepass.swap(acme, await gatepass.code(acme))).json()
      t.equal(JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString()).kid, kid)
      gatepass.clock.advance(24 * HOUR)
      t.equal((await published(gatepass)).length, 2)
      gatepass.clock.advance(2 * HOUR)
      t.same(await published(gatepass), [kid])
    },
  )

  t.test('processes that need a first key at once agree on one', async t => {
    const gatepass = await startApp(t)
    const rings = Array.from({ length: 8 }, () =>
      createKeyRing(gatepass.database, gatepass.clock, wrappingKey(gatepass.config.secret)),
    )
    const kids = await Promise.all(rings.map(async ring => (await ring.signingKey('EdDSA')).kid))
    t.equal(new Set(kids).size, 1)
    t.equal((await listKeys(gatepass.database.read)).length, 2)
  })

  t.test('a restart with the same secret signs with the same key', async t => {
    const gatepass = await startApp(t)
    const ring = createKeyRing(gatepass.database, gatepass.clock, wrappingKey(gatepass.config.secret))
    t.same([(await ring.signingKey('ES256')).kid], await published(gatepass))
  })
})

t.test('refuses', async t => {
  t.test('to start with another GATEPASS_SECRET, and says which variable it is', async t => {
    const gatepass = await startApp(t)
    const { database, clock } = gatepass
    const config = { ...gatepass.config, secret: 'another secret of 32 characters and more' }
    const started = buildApp({ config, database, clock, logger: pino({ level: 'silent' }) })
    await t.rejects(started, /^GATEPASS_SECRET is not the one that this database's signing key/)
    await t.rejects(
      started.catch(error => Promise.reject(new Error(error.message))),
      /Start with the earlier value/,
    )
  })
})

t.test('resists', async t => {
  t.test('private keys lie in the database wrapped, and the CLI’s list has nothing of them', async t => {
    const gatepass = await startApp(t)
    const row = await gatepass.database.read.selectFrom('signing_keys').selectAll().executeTakeFirstOrThrow()
    t.notOk('d' in JSON.parse(row.public_jwk))
    t.notOk(Buffer.from(row.wrapped_private_key).includes(Buffer.from('302e0201', 'hex')))
    t.same(Object.keys((await listKeys(gatepass.database.read))[0]!).sort(), [
      'algorithm',
      'createdAt',
      'kid',
      'removedAt',
      'retiredAt',
      'signsFrom',
    ])
  })
})
