import t from 'tap'
import { createApiKey, listApiKeys } from '../../src/administrators/api-keys.ts'
import { operations } from '../../src/api/operations.ts'
import { purgeStep } from '../../src/purge.ts'
import { bodies, furnish } from './every-operation.ts'
import { type ApiWorld, apiWorld, root } from './world.ts'

const acme = { slug: 'acme', name: 'Acme', siteUrl: 'http://acme.test', loginUrl: 'http://login.test/' }
const once = (key: string) => ({ headers: { 'idempotency-key': key } })
const creating = operations.filter(({ creates }) => creates)

const entries = async (world: ApiWorld, actor = 'api-key:test') => {
  const counted = world.database.read
    .selectFrom('audit_events')
    .select(eb => eb.fn.countAll<number>().as('rows'))
    .where('actor', '=', actor)
  return Number((await counted.executeTakeFirstOrThrow()).rows)
}

t.test('works', async t => {
  t.test(
    'whatever creates answers the same request with the same answer, its secret too, and creates once',
    async t => {
      const world = await apiWorld(t)
      t.ok(creating.length >= 9)
      for (const { id, status } of creating) {
        const { params } = await furnish(world)
        const asked = { params, ...bodies[id]?.(params.project!), ...once(`"${id}-1"`) }
        const first = await world.ask(id, asked)
        const before = await entries(world)
        const again = await world.ask(id, asked)
        t.equal(first.statusCode, status, id)
        t.equal(again.statusCode, status, id)
        t.equal(again.body, first.body, `${id}: the same answer`)
        t.equal(first.headers['idempotency-replayed'], undefined)
        t.equal(again.headers['idempotency-replayed'], 'true')
        t.equal(again.headers.etag, first.headers.etag)
        t.equal(await entries(world), before, `${id}: nothing was done again`)
      }
    },
  )

  t.test('another key makes another thing; none makes one each time', async t => {
    const world = await apiWorld(t)
    const { params } = await furnish(world)
    const issue = async (headers: Record<string, string>) =>
      (await world.done('issueSecret', { params, body: { label: 'x', expiresIn: 60 }, headers })).clientSecret
    const made = [
      await issue({ 'idempotency-key': 'a' }),
      await issue({ 'idempotency-key': 'b' }),
      await issue({}),
      await issue({}),
    ]
    t.equal(new Set(made).size, 4)
  })

  t.test('a day later the key is free again, and its row is gone', async t => {
    const world = await apiWorld(t)
    await world.done('createProject', { body: acme, ...once('k') })
    world.clock.advance(24 * 3_600_000 - 1)
    t.equal((await world.ask('createProject', { body: acme, ...once('k') })).statusCode, 201)
    await purgeStep(world.database, world.clock.now(), 30)
    t.equal(await world.count('idempotency_keys'), 1)
    world.clock.advance(1)
    t.equal(
      (await world.ask('createProject', { body: acme, ...once('k') })).statusCode,
      409,
      'the slug is taken',
    )
    await purgeStep(world.database, world.clock.now(), 30)
    t.equal(await world.count('idempotency_keys'), 0)
  })

  t.test('a refused request leaves the key free for the request that is right', async t => {
    const world = await apiWorld(t)
    const wrong = await world.ask('createProject', { body: { ...acme, slug: 'A' }, ...once('k') })
    t.equal(wrong.statusCode, 400)
    await world.done('createProject', { body: acme, ...once('k') })
    const taken = await world.ask('createProject', { body: acme, ...once('other') })
    t.equal(taken.statusCode, 409)
    const free = { ...acme, slug: 'b', siteUrl: 'http://b.test' }
    t.equal((await world.ask('createProject', { body: free, ...once('other') })).statusCode, 201)
  })

  t.test('a refusal that was written into a timeline leaves it free too', async t => {
    const world = await apiWorld(t)
    const { params, project } = await furnish(world)
    await world.done('updateProject', { params, body: { jwtEnabled: false } })
    const asked = { params, ...bodies.createTestCode?.(project.slug), ...once('k') }
    t.equal((await world.ask('createTestCode', asked)).statusCode, 403)
    await world.done('updateProject', { params, body: { jwtEnabled: true } })
    t.equal((await world.ask('createTestCode', asked)).statusCode, 201)
  })
})

t.test('refuses', async t => {
  t.test('the key with another request: another body, another address', async t => {
    const world = await apiWorld(t)
    await world.done('createProject', { body: acme, ...once('k') })
    const other = await world.ask('createProject', { body: { ...acme, name: 'Other' }, ...once('k') })
    t.equal(other.statusCode, 422)
    t.equal(other.json().code, 'idempotency_key_reused')
    const group = { params: { project: 'acme' }, body: { slug: 'a', name: 'A' }, ...once('k') }
    t.equal((await world.ask('createGroup', group)).statusCode, 422)
  })

  t.test('keys that are none, or several', async t => {
    const world = await apiWorld(t)
    for (const key of ['', ' ', 'a b', 'a,b', 'ä', 'x'.repeat(256)]) {
      const response = await world.ask('createProject', { body: acme, ...once(key) })
      t.equal(response.statusCode, 400, key.slice(0, 10))
      t.equal(response.json().errors[0].field, 'Idempotency-Key')
    }
    t.equal(await world.count('projects'), 0)
  })
})

t.test('resists', async t => {
  t.test(
    'of many equal requests at once, one creates, and the others are told to wait or get its answer',
    async t => {
      const world = await apiWorld(t)
      const { params } = await furnish(world)
      const before = await world.count('client_secrets')
      const asked = { params, body: { label: 'x', expiresIn: 60 }, ...once('k') }
      const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask('issueSecret', asked)))
      t.equal(await world.count('client_secrets'), before + 1)
      const made = answers.filter(({ statusCode }) => statusCode === 201)
      t.equal(new Set(made.map(({ body }) => body)).size, 1)
      for (const { statusCode, headers } of answers.filter(each => !made.includes(each))) {
        t.equal(statusCode, 409)
        t.equal(headers['retry-after'], '1')
      }
      const later = await world.ask('issueSecret', asked)
      t.equal(later.body, made[0]!.body)
    },
  )

  t.test('somebody else’s key with the same name is another key', async t => {
    const world = await apiWorld(t)
    const { params } = await furnish(world)
    const asked = { params, body: { label: 'x', expiresIn: 60 }, ...once('k') }
    const mine = await world.done('issueSecret', asked)
    const key = await world.makeKey({ name: 'other' })
    t.not((await world.done('issueSecret', { ...asked, key })).clientSecret, mine.clientSecret)
  })

  t.test('a key that lost its right, or was revoked, gets no old answer', async t => {
    const world = await apiWorld(t)
    const { apiKey, secret } = await createApiKey(world.rules, root, {
      name: 'passing',
      scopes: ['projects:write'],
      projectIds: null,
      life: 60_000,
    })
    const asked = { body: acme, key: secret, ...once('k') }
    t.equal((await world.ask('createProject', asked)).statusCode, 201)
    world.clock.minutes(2)
    t.equal((await world.ask('createProject', asked)).statusCode, 401)
    t.ok((await listApiKeys(world.database.read)).some(({ id }) => id === apiKey.id))
  })

  t.test('the database holds neither the answer nor the key in clear, and nothing that opens it', async t => {
    const world = await apiWorld(t)
    const name = 'a-name-that-is-easy-to-find'
    const { loginClientSecret } = await world.done('createProject', { body: acme, ...once(name) })
    const rows = await world.database.read.selectFrom('idempotency_keys').selectAll().execute()
    t.equal(rows.length, 1)
    const stored = Buffer.concat(
      rows.flatMap(row => [row.key, row.request_hash, row.sealed_answer!]),
    ).toString('latin1')
    for (const text of [loginClientSecret, name, world.key, 'acme']) t.notMatch(stored, text)
  })

  t.test('after a crash between making and answering, nothing is made a second time', async t => {
    const world = await apiWorld(t)
    const { params } = await furnish(world)
    const asked = { params, body: { label: 'x', expiresIn: 60 }, ...once('k') }
    await world.done('issueSecret', asked)
    await world.database.write(tx =>
      tx.updateTable('idempotency_keys').set({ status: null, sealed_answer: null }).execute(),
    )
    const before = await world.count('client_secrets')
    const soon = await world.ask('issueSecret', asked)
    t.equal(soon.statusCode, 409)
    t.equal(soon.headers['retry-after'], '1')
    world.clock.minutes(2)
    const later = await world.ask('issueSecret', asked)
    t.equal(later.statusCode, 409)
    t.match(later.json().detail, /its answer was lost/)
    t.equal(await world.count('client_secrets'), before)
  })
})
