import { mock } from 'node:test'
import t from 'tap'
import { restartPause } from '../../src/workers/restart-pause.ts'
import { createTurnTaking, turnsBy } from '../../src/workers/turn-taking.ts'

function startTurns() {
  const granted: string[] = []
  const turns = createTurnTaking<string>(who => granted.push(who))
  return { turns, granted }
}

t.test('works', async t => {
  t.test('one has the turn at a time, in the order in which they asked', async t => {
    const { turns, granted } = startTurns()
    for (const who of ['a', 'b', 'c']) turns.ask(who)
    t.same(granted, ['a'])
    turns.over('a')
    turns.ask('a')
    t.same(granted, ['a', 'b'])
    turns.over('b')
    turns.over('c')
    t.same(granted, ['a', 'b', 'c', 'a'], 'who asks again comes after all who waited')
  })

  t.test('a turn that comes is waited for', async t => {
    const said: string[] = []
    const turns = turnsBy({ ask: () => said.push('ask'), over: () => said.push('over') })
    const taken = turns.take(1000)
    turns.granted()
    t.equal(await taken, true)
    turns.over()
    t.same(said, ['ask', 'over'])
  })

  t.test('a worker that dies late is replaced at once, and those that die young later and later', async t => {
    t.same([restartPause.isYoung(59_000), restartPause.isYoung(61_000)], [true, false])
    t.same([1, 2, 3, 4, 8, 9, 50].map(restartPause.after), [0, 250, 500, 1000, 16_000, 30_000, 30_000])
  })
})

t.test('resists', async t => {
  t.test('one that is gone neither holds the others up nor is waited for', async t => {
    const { turns, granted } = startTurns()
    for (const who of ['a', 'b', 'c']) turns.ask(who)
    turns.over('b')
    turns.over('a')
    t.same(granted, ['a', 'c'])
  })

  t.test("who waited long enough gives up, and says so; a turn that comes then is nobody's", async t => {
    mock.timers.enable({ apis: ['setTimeout'] })
    t.teardown(() => mock.timers.reset())
    const said: string[] = []
    const turns = turnsBy({ ask: () => said.push('ask'), over: () => said.push('over') })
    const taken = turns.take(1000)
    mock.timers.tick(1000)
    t.equal(await taken, false)
    t.same(said, ['ask', 'over'])
    turns.granted()
    const next = turns.take(1000)
    mock.timers.tick(999)
    turns.granted()
    t.equal(await next, true)
  })
})
