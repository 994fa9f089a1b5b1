// What the clock tells: nothing of who has an account, and that nobody waits for somebody else's password.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import t from 'tap'
import { refusal, startPeople, stranger } from './people.ts'

const PAIRS = 40

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

t.test('resists', async t => {
  t.test('nobody takes as long as a wrong password: medians within 5 %', async t => {
    const people = await startPeople(t)
    await people.owner()
    let names = 0
    const time = async (email: string) => {
      const began = performance.now()
      await refusal(people.signIn({ email, password: 'a wrong password' }, stranger))
      return performance.now() - began
    }
    /** Pairs one right after the other, in changing order, so that what else the machine does meets both alike. */
    const measure = async () => {
      const wrong: number[] = []
      const nobody: number[] = []
      for (let pair = 0; pair < PAIRS; pair++) {
        // Nobody is slowed down: after nine guesses a new quarter of an hour begins.
        if (pair % 9 === 0) people.gatepass.clock.minutes(16)
        const name = `nobody-${names++}@example.com`
        if (pair % 2 === 0) wrong.push(await time('ada@example.com'))
        nobody.push(await time(name))
        if (pair % 2 === 1) wrong.push(await time('ada@example.com'))
      }
      return { wrong: median(wrong), nobody: median(nobody) }
    }
    await measure()
    // A busy machine spoils a round now and then; a difference that is there is there in all of them.
    const rounds: string[] = []
    let ratio = 0
    for (let round = 0; round < 5 && !(Math.abs(ratio - 1) <= 0.05); round++) {
      const { wrong, nobody } = await measure()
      rounds.push(`wrong ${wrong.toFixed(2)} ms, nobody ${nobody.toFixed(2)} ms`)
      ratio = nobody / wrong
    }
    t.comment(rounds.join('; '))
    t.ok(Math.abs(ratio - 1) <= 0.05, rounds.join('; '))
  })

  t.test('the event loop goes on while twenty sign in', async t => {
    const people = await startPeople(t)
    for (let index = 0; index < 20; index++) await people.owner(`ada-${index}@example.com`)
    const alone = performance.now()
    await people.session('ada-0@example.com')
    const one = performance.now() - alone
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    const began = performance.now()
    await Promise.all(Array.from({ length: 20 }, (_, index) => people.session(`ada-${index}@example.com`)))
    const all = performance.now() - began
    delay.disable()
    const told = `one ${one.toFixed()} ms; twenty ${all.toFixed()} ms, loop p50 ${(delay.percentile(50) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms`
    t.comment(told)
    // On the loop, most turns would wait for a whole comparison.
    t.ok(delay.percentile(50) / 1e6 < one / 3, told)
  })
})
