// The page of signing keys: what it says of each, rotation, and the removal of a stolen one.
import t from 'tap'
import { keyState } from '../../src/keys/key-schedule.ts'
import { type ListedKey, listKeys } from '../../src/keys/key-store.ts'
import { issuer, startApp, type TestApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const stateOf = (gatepass: TestApp, key: ListedKey) => keyState(key, gatepass.clock.now())
const newest = async ({ database }: TestApp) => (await listKeys(database.read))[0]!
const published = async (gatepass: TestApp): Promise<string[]> =>
  (await gatepass.get(`${issuer}/.well-known/jwks.json`)).json().keys.map((key: { kid: string }) => key.kid)
const rotation = (key: ListedKey, when: 'later' | 'now') => ({ algorithm: 'ES256', newest: key.kid, when })

t.test('works: each key with its state, its projects, the next rotation and a picture', async t => {
  const gatepass = await startApp(t)
  await gatepass.project({ name: 'Acme Help' })
  const owner = await administrator(gatepass)
  const key = await newest(gatepass)
  const { body } = await owner.get('/console/keys')
  t.match(body, key.kid)
  t.match(body, /badge-good">signing</)
  t.match(body, /Used by <a href="\/console\/projects\/acme\/jwt">Acme Help<\/a>/)
  t.match(body, /The next key is published .*in 89 d.*2026-02-20 08:00/, '90 days, an hour before')
  t.match(body, /<svg [^>]*role="img" aria-label="ES256 along time, in UTC: key [\w-]{8} signs from/)
  t.notMatch(body, / style=/)
  t.match(body, `${issuer}/.well-known/jwks.json`)
})

t.test('works: a rotation publishes now and signs in an hour, and can be told not to wait', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const first = await newest(gatepass)
  gatepass.clock.advance(DAY)
  const fresh = await administrator(gatepass, { email: 'fresh@example.com' })
  const page = await fresh.save('/console/keys/rotate', rotation(first, 'later'))
  t.match(page.body, /The new key is published\. It signs in an hour\./)
  t.match(page.body, /badge-warn">published</)
  t.match(page.body, /The next key is published and signs .*in 1 h/)
  const second = (await listKeys(gatepass.database.read)).find(({ kid }) => kid !== first.kid)!
  t.equal(stateOf(gatepass, second), 'waiting')
  t.same((await published(gatepass)).sort(), [first.kid, second.kid].sort(), 'both are in the key set')

  const at = await fresh.save('/console/keys/rotate', rotation(second, 'now'))
  t.match(at.body, /The new key signs from now on/)
  t.match(at.body, /badge-calm">published still</, 'the one before stays for its tokens')
  t.equal((await owner.get('/console/keys')).statusCode, 303, 'a session from yesterday is over')
})

t.test('works: a stolen key is removed with the beginning of its ID', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const owner = await administrator(gatepass)
  const stolen = await newest(gatepass)
  const token = (await gatepass.swap(acme, await gatepass.code(acme))).json().access_token
  t.equal((await gatepass.userinfo(token)).statusCode, 200)

  t.match(
    (await owner.get('/console/keys')).body,
    /Every token that this key signed fails at once/,
    'it says so first',
  )
  const path = `/console/keys/${stolen.kid}/remove`
  const page = await owner.save(path, { confirm: stolen.kid.slice(0, 8) })
  t.match(page.body, /The key is out of use/)
  t.match(page.body, /badge-bad">removed</)
  t.notOk((await published(gatepass)).includes(stolen.kid))
  t.equal((await gatepass.userinfo(token)).statusCode, 401, 'what it signed fails at once')
  t.equal((await gatepass.push(acme)).statusCode, 200, 'and another one signs')

  t.equal((await owner.post(path, { confirm: stolen.kid.slice(0, 8) })).statusCode, 404, 'once')
})

t.test('works: without a calendar the page says that rotation is by hand', async t => {
  const gatepass = await startApp(t, { KEY_ROTATION_DAYS: '0' })
  const { body } = await (await administrator(gatepass)).get('/console/keys')
  t.match(body, /Keys are rotated by hand alone/)
  t.match(body, /The next rotation is yours to start/)
})

t.test('refuses: a removal that was not typed, a second rotation, an algorithm that is none', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const key = await newest(gatepass)
  for (const confirm of ['', key.kid.slice(0, 7), key.kid.slice(0, 8).toUpperCase(), key.kid]) {
    const answer = await owner.post(`/console/keys/${key.kid}/remove`, { confirm })
    t.equal(answer.statusCode, 400, `typed ${JSON.stringify(confirm)}`)
    t.match(answer.body, `Must be ${key.kid.slice(0, 8)}, nothing else.`)
  }
  t.equal(stateOf(gatepass, await newest(gatepass)), 'signing')
  const unknown = await owner.post('/console/keys/rotate', { ...rotation(key, 'now'), algorithm: 'none' })
  t.equal(unknown.statusCode, 400)
  t.equal((await listKeys(gatepass.database.read)).length, 1)

  await owner.save('/console/keys/rotate', rotation(key, 'later'))
  const next = (await listKeys(gatepass.database.read)).find(({ kid }) => kid !== key.kid)!
  const twice = await owner.post('/console/keys/rotate', rotation(next, 'later'))
  t.equal(twice.statusCode, 409)
  t.match(twice.body, /published already and waits for its hour/)
  t.notMatch(twice.body, /gatepass key/, 'in the words of the console')
})

t.test('resists: a form from before a rotation rotates nothing', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const before = await newest(gatepass)
  await owner.save('/console/keys/rotate', rotation(before, 'now'))
  const again = await owner.post('/console/keys/rotate', rotation(before, 'now'))
  t.equal(again.statusCode, 412, 'a double click is one rotation')
  t.match(again.body, /keys were rotated since you looked at them; nothing was changed/)
  t.equal((await listKeys(gatepass.database.read)).length, 2)
})

t.test("resists: another's projects are not named where a key is used", async t => {
  const gatepass = await startApp(t)
  const mine = await gatepass.project({ slug: 'mine', name: 'My Own' })
  await gatepass.project({ slug: 'secret', name: 'Merger of Two Banks' })
  await gatepass.project({ slug: 'evil', name: '<img src=x onerror=alert(1)>' })
  const reader = await administrator(gatepass, { role: 'read_only', projects: [mine.id] })
  const { body } = await reader.get('/console/keys')
  t.match(body, /My Own<\/a> and 2 more/)
  t.notMatch(body, /Merger/)
  t.notMatch(body, /Remove this key|Rotate ES256/, 'and they change nothing')
  t.match(
    (await (await administrator(gatepass)).get('/console/keys')).body,
    /&#60;img src&#61;x onerror&#61;alert\(1\)&#62;/,
  )
})
