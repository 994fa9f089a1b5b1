import t from 'tap'
import { createRegistry } from '../../src/projects/registry.ts'
import { requireReader } from '../../src/readers/require-reader.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { ada, startApp, type TestApp } from '../start-app.ts'

const readers = (gatepass: TestApp) =>
  gatepass.database.read.selectFrom('readers').selectAll().orderBy('id').execute()

t.test('works', async t => {
  t.test('a reader is made at the first push and follows what is pushed last', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.code(acme)
    const [first] = await readers(gatepass)
    gatepass.clock.seconds(1)
    await gatepass.code(acme)
    t.same(await readers(gatepass), [first], 'an unchanged reader costs no write')
    await gatepass.code(acme, { lastName: 'Byron' })
    const [changed] = await readers(gatepass)
    t.match(changed, { id: first!.id, last_name: 'Byron', updated_at: gatepass.clock.now() })
  })

  t.test('readers of one name that come at once are one reader', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await Promise.all(Array.from({ length: 20 }, () => gatepass.code(acme)))
    t.equal((await readers(gatepass)).length, 1)
  })

  t.test('the same e-mail address at two projects is two readers', async t => {
    const gatepass = await startApp(t)
    const [acme, other] = [await gatepass.project(), await gatepass.project({ slug: 'other' })]
    await gatepass.code(acme)
    await gatepass.code(other, { lastName: 'Other' })
    const all = await readers(gatepass)
    t.equal(all.length, 2)
    t.not(all[0]!.id, all[1]!.id)
    t.same(all.map(reader => reader.last_name).sort(), ['Lovelace', 'Other'])
  })
})

t.test('resists', async t => {
  t.test('one project’s reader cannot be found, blocked or guessed through another', async t => {
    const gatepass = await startApp(t)
    const [acme, other] = [await gatepass.project(), await gatepass.project({ slug: 'other' })]
    await gatepass.code(acme)
    const [reader] = await readers(gatepass)
    const registry = createRegistry(gatepass.database.read)
    await registry.refresh()
    const project = registry.projectById(other.id)!
    for (const reference of [reader!.id, ada.emailId]) {
      await t.rejects(requireReader(gatepass.database.read, project, reference), { code: 'not_found' })
      const input = { project, reader: reference, blocked: true }
      await t.rejects(setReaderBlocked(gatepass.rules, gatepass.actor, input), { code: 'not_found' })
    }
    t.ok(await gatepass.signIn(acme))
  })
})
