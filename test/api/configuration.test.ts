import t from 'tap'
import { apiWorld } from './world.ts'

const file = `projects:
  - slug: acme
    name: Acme
    siteUrl: http://acme.test
    loginUrl: http://login.test/
    groups:
      - slug: staff
        name: Staff
`

t.test('works', async t => {
  t.test('a file is planned, applied as planned, and comes back out the same', async t => {
    const world = await apiWorld(t)
    const { changes } = await world.done('planConfiguration', { body: { yaml: file } })
    t.match(changes, [
      { action: 'create', kind: 'project', name: 'acme' },
      { action: 'create', kind: 'group', name: 'staff' },
    ])
    t.equal(await world.count('projects'), 0, 'a plan changes nothing')
    const applied = await world.done('applyConfiguration', { body: { yaml: file, expected: changes } })
    t.same(applied.changes, changes)
    t.same(
      applied.secrets.map(({ kind }: { kind: string }) => kind),
      ['login', 'site'],
    )
    const { yaml } = await world.done('exportConfiguration')
    t.notMatch(yaml, /gps_/)
    t.same((await world.done('planConfiguration', { body: { yaml } })).changes, [])
    t.same((await world.done('applyConfiguration', { body: { yaml } })).changes, [])
  })
})

t.test('refuses', async t => {
  t.test('a file that is wrong in three places, with the line of each', async t => {
    const world = await apiWorld(t)
    const yaml = 'projects:\n  - slug: A B\n    name: ""\n    siteUrl: x\n    colour: red\n'
    for (const id of ['planConfiguration', 'applyConfiguration']) {
      const response = await world.ask(id, { body: { yaml } })
      t.equal(response.statusCode, 400, response.body)
      const lines = response.json().errors.map(({ place }: { place: { line: number } }) => place.line)
      t.ok(
        [2, 4, 5].every(line => lines.includes(line)),
        response.body,
      )
    }
    t.equal(await world.count('projects'), 0)
  })

  t.test('what is no longer as it was planned', async t => {
    const world = await apiWorld(t)
    const { changes } = await world.done('planConfiguration', { body: { yaml: file } })
    await world.project()
    const late = await world.ask('applyConfiguration', { body: { yaml: file, expected: changes } })
    t.equal(late.statusCode, 412)

    const unseen = await world.ask('applyConfiguration', { body: { yaml: file, prune: true } })
    t.equal(unseen.statusCode, 400, 'what nobody has seen in a plan is not deleted')
    t.match(unseen.json().errors, [{ field: 'expected' }])
  })
})

t.test('resists', async t => {
  t.test('a key for some projects sees no others in the file, and applies none', async t => {
    const world = await apiWorld(t)
    const acme = await world.project()
    await world.project({ slug: 'secretive' })
    const key = await world.makeKey({ projects: [acme] })
    t.notMatch((await world.done('exportConfiguration', { key })).yaml, /secretive/)
    const theirs = { key, query: { project: 'secretive' } }
    t.equal((await world.ask('exportConfiguration', theirs)).statusCode, 404)
    t.equal((await world.ask('applyConfiguration', { key, body: { yaml: file } })).statusCode, 403)
    t.equal((await world.ask('planConfiguration', { key, body: { yaml: file } })).statusCode, 403)
  })
})
