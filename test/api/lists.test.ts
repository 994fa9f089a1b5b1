import t from 'tap'
import type { TObject } from 'typebox'
import { operations } from '../../src/api/operations.ts'
import { ada } from '../start-app.ts'
import { furnish } from './every-operation.ts'
import { type ApiWorld, type Asked, apiWorld } from './world.ts'

const lists = operations.filter(
  ({ query }) => (query as TObject | undefined)?.properties.cursor !== undefined,
)

/** Everything of a list, a page at a time, and how many pages that took. */
async function all(world: ApiWorld, id: string, asked: Asked, limit: number) {
  const items: Record<string, unknown>[] = []
  let cursor: string | undefined
  let pages = 0
  do {
    const query = { ...asked.query, limit, ...(cursor !== undefined && { cursor }) }
    const page = await world.done(id, { ...asked, query })
    items.push(...page.items)
    cursor = page.next ?? undefined
    pages++
  } while (cursor !== undefined && pages < 50)
  return { items, pages }
}

/** Several of everything that is listed. */
async function several(t: Parameters<typeof apiWorld>[0]) {
  const world = await apiWorld(t)
  const furnished = await furnish(world, 'acme')
  for (const name of ['b', 'c', 'd', 'e']) {
    await furnish(world, name)
    world.clock.seconds(1)
    await world.group(furnished.project, name)
    const params = furnished.params
    await world.done('createClient', { params, body: { name } })
    await world.done('issueSecret', { params, body: { label: name, expiresIn: 60 } })
    await world.signIn(furnished.project, { ...ada, emailId: `${name}@example.com`, firstName: name })
    await world.signIn(furnished.project)
    await world.done('rotateKey', { body: { atOnce: true } })
    await world.makeKey({ name })
  }
  await world.database.write(async tx => {
    const row = await tx.selectFrom('logout_notices').selectAll().executeTakeFirstOrThrow()
    for (const id of [1, 2, 3, 4]) {
      const copy = { ...row, id: row.id.replace(/.$/, String(id)).replace(/^0/, '7') }
      await tx
        .insertInto('logout_notices')
        .values({ ...copy, project_id: furnished.project.id })
        .execute()
    }
  })
  return { world, ...furnished }
}

t.test('works', async t => {
  t.test(
    'every list read a page at a time is the list as a whole, in its order, with nothing twice',
    async t => {
      const { world, params } = await several(t)
      t.ok(lists.length >= 12)
      for (const { id } of lists) {
        const asked =
          id === 'listReaderSessions' || id === 'listSessions' ? { params, query: { all: true } } : { params }
        const whole = await all(world, id, asked, 200)
        t.equal(whole.pages, 1, id)
        t.ok(whole.items.length >= 3, `${id} has ${whole.items.length}`)
        const paged = await all(world, id, asked, 2)
        t.ok(paged.pages >= 2, `${id}: ${paged.pages} pages`)
        t.same(paged.items, whole.items, id)
      }
    },
  )

  t.test('filters: readers by how they are called, sessions that are open, sign-ins by outcome', async t => {
    const { world, params } = await several(t)
    const names = async (query: Asked['query']) =>
      (await world.done('listReaders', { params, ...(query && { query }) })).items.map(
        ({ externalId }: { externalId: string }) => externalId,
      )
    t.same(await names({ search: 'B@' }), ['b@example.com'])
    t.same(await names({ search: '%' }), [])
    t.same(await names({ search: "' OR 1=1 --" }), [])
    await world.done('blockReader', { params: { ...params, reader: 'b@example.com' } })
    t.same(await names({ blocked: true }), ['b@example.com'])
    t.equal((await names({ blocked: false })).length, 4)

    const open = await world.done('listSessions', { params })
    t.ok(open.items.every(({ live }: { live: boolean }) => live))
    await world.done('endSession', { params: { ...params, sid: open.items[0].sid } })
    t.equal((await world.done('listSessions', { params })).items.length, open.items.length - 1)

    const code = await world.code({ ...(await world.project({ slug: 'new' })) })
    t.ok(code)
    const failed = await world.done('listSignIns', { query: { project: 'acme', outcome: 'failed' } })
    t.same(failed.items, [])
    const mine = await world.done('listSignIns', { query: { project: 'acme', reader: 'b@' } })
    t.match(mine.items, [{ project: 'acme', outcome: 'passed', reason: null, reader: 'b@example.com' }])
  })

  t.test('a failed sign-in is found, with the reason in words and what to do', async t => {
    const world = await apiWorld(t)
    const acme = await world.project()
    const pushed = (await world.push(acme)).json()
    world.clock.seconds(61)
    await world.callback(acme, pushed.code)
    const { items } = await world.done('listSignIns', { query: { outcome: 'failed' } })
    t.match(items, [
      { traceId: pushed.traceId, project: 'acme', reason: 'code_expired', reader: 'ada@example.com' },
    ])
    const timeline = await world.done('getSignIn', { params: { traceId: pushed.traceId } })
    t.match(timeline.steps, [
      { step: 'code', outcome: 'passed', sentence: null },
      { step: 'swap', outcome: 'failed', reason: 'code_expired', sentence: /60 seconds/, fix: /Redirect/ },
    ])
    const counts = await world.done('countSignIns', { query: { project: 'acme' } })
    t.match(counts, { by: 'hour', total: { passed: 0, failed: 1 } })
    t.equal(counts.columns.length >= 24, true)
  })
})

t.test('refuses', async t => {
  t.test(
    'limits that are none, cursors that are of no list or of another one, filters that are not there',
    async t => {
      const { world, params } = await several(t)
      for (const { id } of lists) {
        for (const limit of ['0', '201', '-1', '1.5', 'x', '', '1e1', '0x1', ' 1']) {
          const response = await world.ask(id, { params, query: { limit } })
          t.equal(response.statusCode, 400, `${id} limit=${limit}`)
          t.equal(response.json().errors[0].field, 'limit')
        }
        for (const cursor of [
          'x',
          '',
          '%00',
          Buffer.from("' OR 1=1").toString('base64url'),
          'e30',
          'AAAA=',
        ]) {
          const response = await world.ask(id, { params, query: { cursor } })
          t.equal(response.statusCode, 400, `${id} cursor=${cursor}`)
          t.equal(response.json().errors[0].field, 'cursor')
        }
        const twice = await world.ask(id, { params, query: { filter: 'x' } })
        t.match(twice.json().errors, [{ field: 'filter', problem: 'is not known here' }])
      }
    },
  )

  t.test('a parameter that stands there twice', async t => {
    const world = await apiWorld(t)
    const response = await world.get('http://id.test/api/v1/projects?limit=1&limit=2', {
      authorization: `Bearer ${world.key}`,
    })
    t.equal(response.statusCode, 400)
  })
})

t.test('resists', async t => {
  t.test('a cursor made up out of somebody else’s list shows nothing but one’s own', async t => {
    const { world, project } = await several(t)
    const key = await world.makeKey({ projects: [project] })
    const { next } = await world.done('listReaders', { params: { project: 'acme' }, query: { limit: 1 } })
    const page = await world.done('listReaders', {
      params: { project: 'acme' },
      query: { cursor: next },
      key,
    })
    for (const { externalId } of page.items) t.match(externalId, /^[b-e]@example\.com$/)
    const foreign = Buffer.from('c').toString('base64url')
    const projects = await world.done('listProjects', { query: { cursor: foreign }, key })
    t.notMatch(JSON.stringify(projects), /"slug":"[b-e]"/)
  })
})
