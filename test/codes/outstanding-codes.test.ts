import { mock } from 'node:test'
import t from 'tap'
import { createOutstandingCodes } from '../../src/codes/outstanding-codes.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { neighbours } from '../neighbours.ts'
import { startApp } from '../start-app.ts'

/** Two workers, a project with a limit of 10 codes, and a database that says that so many are waiting. */
async function startWorkers(t: Parameters<typeof startApp>[0], { waiting }: { waiting: number }) {
  const gatepass = await startApp(t)
  await gatepass.project()
  const db = gatepass.database.read
  const registry = createRegistry(db)
  await registry.refresh()
  const project = { ...registry.projectBySlug('acme')!, outstandingCodesLimit: 10 }
  const workers = neighbours(2).map(createOutstandingCodes)
  const looked = { times: 0 }
  const runner = {
    all() {
      looked.times++
      return [{ codes: waiting }]
    },
  }
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  return {
    looked,
    admit: (worker: number) => workers[worker]!.admit(Object.assign(db, { runner }), project, 0),
    release: (worker: number) => workers[worker]!.release(project.id),
  }
}

t.test('codes that one worker made count in the others a moment later', async t => {
  const { admit, looked } = await startWorkers(t, { waiting: 10 })
  for (let code = 0; code < 9; code++) t.ok(await admit(0))
  mock.timers.tick(100)
  t.ok(await admit(1))
  mock.timers.tick(100)
  t.same([await admit(0), await admit(1)], [false, false])
  t.equal(looked.times, 2, 'each looked what is waiting')
})

t.test('codes that are made by one worker and redeemed by another do not add up', async t => {
  const { admit, release, looked } = await startWorkers(t, { waiting: 10 })
  for (let code = 0; code < 100; code++) {
    t.ok(await admit(0))
    release(1)
    if (code % 5 === 4) mock.timers.tick(100)
  }
  t.equal(looked.times, 0)
})
