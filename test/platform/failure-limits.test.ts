import { mock } from 'node:test'
import t from 'tap'
import { createFailureLimits } from '../../src/platform/failure-limits.ts'
import { neighbours } from '../neighbours.ts'

async function fail(
  limits: ReturnType<typeof createFailureLimits>,
  address: string,
  client: string,
  times: number,
) {
  let reached = 0
  for (let index = 0; index < times; index++) if (await limits.count(address, client)) reached++
  return reached
}

t.test('works', async t => {
  t.test('an address waits out the minute for the client that it failed for, and only for that', async t => {
    mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.now() })
    t.teardown(() => mock.timers.reset())
    const limits = createFailureLimits()
    t.equal(await fail(limits, '192.0.2.1', 'a', 29), 0)
    t.equal(await limits.wait('192.0.2.1', 'a'), 0)
    t.equal(await fail(limits, '192.0.2.1', 'a', 1), 1, 'the one that reaches the limit says so, once')
    mock.timers.tick(20_000)
    t.equal(await limits.wait('192.0.2.1', 'a'), 40)
    t.equal(await limits.wait('192.0.2.1', 'b'), 0)
    t.equal(await limits.wait('192.0.2.2', 'a'), 0)
    mock.timers.tick(40_001)
    t.equal(await limits.wait('192.0.2.1', 'a'), 0, 'and is served again')
  })

  t.test('an address that fails for many clients waits for all of them', async t => {
    const limits = createFailureLimits({ perClient: 3, perAddress: 5 })
    for (const client of ['a', 'b', 'c', 'd']) t.equal(await fail(limits, '192.0.2.1', client, 1), 0)
    t.equal(await fail(limits, '192.0.2.1', 'e', 1), 1)
    t.ok((await limits.wait('192.0.2.1', 'f')) > 0)
    t.equal(await limits.wait('192.0.2.2', 'f'), 0)
  })
})

t.test('resists', async t => {
  t.test('guesses that are spread over several workers', async t => {
    const [a, b] = neighbours(2)
    const [here, there] = [a!, b!].map(end =>
      createFailureLimits(undefined, 60, { topic: 'failures', neighbours: end }),
    )
    for (let guess = 0; guess < 15; guess++) {
      await fail(here!, '192.0.2.1', 'a', 1)
      await fail(there!, '192.0.2.1', 'a', 1)
    }
    for (const limits of [here!, there!]) {
      t.ok((await limits.wait('192.0.2.1', 'a')) > 0)
      t.equal(await limits.wait('192.0.2.1', 'b'), 0)
    }
  })

  t.test('a limit of another name counts apart', async t => {
    const [a, b] = neighbours(2)
    const one = createFailureLimits({ perClient: 1, perAddress: 9 }, 60, {
      topic: 'failures',
      neighbours: a!,
    })
    const other = createFailureLimits({ perClient: 1, perAddress: 9 }, 60, {
      topic: 'strangers',
      neighbours: b!,
    })
    await one.count('192.0.2.1', 'a')
    t.equal(await other.wait('192.0.2.1', 'a'), 0)
  })
})
