// What the clock tells: nothing of who has an account, and that nobody waits for somebody else's password.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import t from 'tap'
import { median } from '../median.ts'
import { refusal, startPeople, stranger } from './people.ts'

const PAIRS = 40

/** Milliseconds. */
interface Cost {
  readonly waited: number
  readonly worked: number
}

t.test('resists', async t => {
  t.test('nobody takes as long as a wrong password: medians within 5 %', async t => {
    const people = await startPeople(t)
    await people.owner()
    let names = 0
    const attempt = async (email: string): Promise<Cost> => {
      const [began, used] = [performance.now(), process.cpuUsage()]
      await refusal(people.signIn({ email, password: 'a wrong password' }, stranger))
      const { user, system } = process.cpuUsage(used)
      return { waited: performance.now() - began, worked: (user + system) / 1000 }
    }
    const wrong: Cost[] = []
    const nobody: Cost[] = []
    /** Pairs one right after the other, in changing order, so that what else the machine does meets both alike. */
    const measure = async (pairs: number) => {
      for (let pair = 0; pair < pairs; pair++) {
        // After nine guesses at each a new quarter of an hour begins, so that nobody is slowed down. A name is guessed at
        // as often as the other: the first guess begins a count, and that is more to write.
        if (pair % 9 === 0) {
          people.gatepass.clock.minutes(16)
          names++
        }
        const name = `nobody-${names}@example.com`
        if (pair % 2 === 0) wrong.push(await attempt('ada@example.com'))
        nobody.push(await attempt(name))
        if (pair % 2 === 1) wrong.push(await attempt('ada@example.com'))
      }
    }
    await measure(4)
    wrong.length = nobody.length = 0
    // What is waited for is what an attacker sees, and on a busy machine it is mostly the others' work: then more is
    // measured. What is worked, by all threads together, hardly depends on them. A real difference stays in both.
    const told: string[] = []
    let differs = true
    for (let round = 0; round < 6 && differs; round++) {
      await measure(PAIRS)
      const ratios = (['waited', 'worked'] as const).map(what => {
        const [a, b] = [median(wrong.map(cost => cost[what])), median(nobody.map(cost => cost[what]))]
        told.push(`${what}: wrong ${a.toFixed(2)} ms, nobody ${b.toFixed(2)} ms`)
        return b / a
      })
      differs = ratios.some(ratio => Math.abs(ratio - 1) > 0.05)
    }
    t.comment(told.join('; '))
    t.notOk(differs, told.join('; '))
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
