// Guessing at passwords: how many guesses are looked at, by however many processes, and who is slowed down by them.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { acceptLink } from '../../src/administrators/accept-link.ts'
import { administratorGuesses } from '../../src/administrators/administrator-guesses.ts'
import { renewLink } from '../../src/administrators/hand-out-link.ts'
import { changeOwnPassword } from '../../src/administrators/own-account.ts'
import { takeGuess } from '../../src/passwords/guess-limits.ts'
import { office, type People, password, refusal, startPeople, stranger } from '../administrators/people.ts'
import { cleanEnv } from '../start-process.ts'
import type { Burst } from './guessing-process.ts'

const HOUR = 3_600_000
const ada = 'ada@example.com'

/** Guesses wrongly, one after the other. @returns the codes of the refusals. */
async function guess(people: People, count: number, email = ada, from = stranger): Promise<string[]> {
  const codes: string[] = []
  for (let index = 0; index < count; index++) {
    codes.push((await refusal(people.signIn({ email, password: `wrong ${index}` }, from))).code)
  }
  return codes
}

/** Takes a guess without making it, where it is about counting alone: comparing takes its time. */
async function take(
  people: People,
  account: string,
  address: string,
  at: 'password' | 'digits' = 'password',
) {
  const { database, clock } = people.deps
  return await takeGuess(database, { of: administratorGuesses, account, address, at }, clock.now()).then(
    () => 'taken',
    error => String(error.code),
  )
}

const of = (codes: readonly string[], code: string) => codes.filter(each => each === code).length

t.test('works', async t => {
  t.test('whoever signs in has all guesses again', async t => {
    const people = await startPeople(t)
    await people.owner()
    for (let round = 0; round < 3; round++) {
      t.equal(of(await guess(people, 9, ada, office), 'access_denied'), 9)
      await people.session(ada)
    }
  })

  t.test('after a quarter of an hour it goes on; the answer says how long that is', async t => {
    const people = await startPeople(t)
    await people.owner()
    await guess(people, 10, ada, office)
    people.gatepass.clock.minutes(5)
    const refused = await refusal(people.session(ada))
    t.match(refused, { code: 'slow_down', retryAfter: 600, message: /Wait 10 minutes, then try again/ })
    people.gatepass.clock.minutes(10)
    t.ok(await people.session(ada))
  })

  t.test('the first guess too many is in the audit log, once', async t => {
    const people = await startPeople(t)
    await people.owner()
    await guess(people, 15)
    await guess(people, 15, 'a password, typed into the wrong field')
    const told = (await people.audit()).filter(({ action }) => action === 'administrator.slowed-down')
    t.same(told.map(({ target, detail }) => [target, detail.counted]).sort(), [
      [ada, 'account'],
      ['unknown', 'account'],
    ])
  })
})

t.test('resists', async t => {
  t.test(
    'fifty guesses at once over two processes: ten are looked at, and the right one is not among the rest',
    async t => {
      const people = await startPeople(t)
      await people.owner()
      const processes = await Promise.all([1, 2].map(() => startGuessing(t, people)))
      const now = people.gatepass.clock.now()
      const burst = (name: string): Burst => ({
        email: ada,
        passwords: Array.from({ length: 25 }, (_, index) => `${name} ${index}`),
        address: stranger.address,
        now,
      })
      const outcomes = (
        await Promise.all(processes.map((send, index) => send(burst(`process ${index}`))))
      ).flat()
      t.equal(outcomes.length, 50)
      t.equal(of(outcomes, 'access_denied'), 10)
      t.equal(of(outcomes, 'slow_down'), 40)
      const refused = (await people.audit()).filter(
        ({ action }) => action === 'administrator.sign-in-refused',
      )
      t.equal(refused.length, 10)
      t.same(await processes[0]!({ ...burst(''), passwords: [password] }), ['slow_down'])
    },
  )

  t.test('one address after the other: a hundred guesses, at however many accounts', async t => {
    const people = await startPeople(t)
    await people.owner()
    const codes: string[] = []
    for (let index = 0; index < 104; index++) {
      codes.push(await take(people, `nobody-${index % 13}`, stranger.address))
    }
    t.equal(of(codes, 'taken'), 100)
    t.match(await refusal(people.signIn({ email: ada }, stranger)), { code: 'slow_down' })
    t.ok(await people.session(ada, office), 'other networks are not touched')
  })

  t.test('addresses out of one IPv6 network count as one', async t => {
    const people = await startPeople(t)
    const codes: string[] = []
    for (let index = 0; index < 101; index++) {
      codes.push(await take(people, `nobody-${index}`, `2001:db8:1:2::${index.toString(16)}`))
    }
    t.same([codes.at(-2), codes.at(-1)], ['taken', 'slow_down'])
    t.equal(await take(people, 'nobody', '2001:db8:1:3::1'), 'taken')
  })

  t.test(
    'a stranger who guesses on and on does not lock the real administrator out where they work',
    async t => {
      const people = await startPeople(t)
      await people.owner()
      for (let hour = 0; hour < 2; hour++) {
        await guess(people, 12)
        t.ok(await people.session(ada, office))
        t.same(await guess(people, 1), ['slow_down'], 'nor does their signing in give the stranger more')
        people.gatepass.clock.minutes(14)
        await guess(people, 2)
        people.gatepass.clock.minutes(1)
      }
      const codes = await guess(people, 12, ada, office)
      t.equal(of(codes, 'access_denied'), 10, 'the network that is known has no more guesses than any')
    },
  )

  t.test('and a link from an owner or the command line opens the way from anywhere', async t => {
    const people = await startPeople(t)
    const { administrator } = await people.owner()
    const hotel = { ...office, address: '203.0.113.7' }
    await guess(people, 11)
    t.equal((await refusal(people.session(ada, hotel))).code, 'slow_down')
    const { token } = await renewLink(people.deps, people.gatepass.actor, administrator.id)
    t.ok(await people.session(ada, hotel), 'the guesses are forgotten')
    await guess(people, 11)
    const fresh = 'nine dry badgers'
    t.ok(await acceptLink(people.deps, { token, password: fresh, repeated: fresh }, hotel))
    t.ok(await people.signIn({ email: ada, password: fresh }, { ...hotel, address: '203.0.113.8' }))
  })

  t.test(
    'digits: ten in a quarter of an hour, fifty in a day, however often the password is given',
    async t => {
      const people = await startPeople(t)
      const { administrator, digits } = await people.withTotp()
      const codes: string[] = []
      for (let quarter = 0; quarter < 6; quarter++) {
        for (let round = 0; round < 11; round++)
          codes.push(await take(people, ada, stranger.address, 'digits'))
        people.gatepass.clock.minutes(15)
      }
      t.equal(of(codes, 'taken'), 50)
      const step = (await people.signIn(administrator, office)) as { secondStep: string }
      t.match(await refusal(people.secondStep(step.secondStep, digits(), office)), {
        code: 'slow_down',
        message: /Wait \d+ hours/,
      })
      const { token } = await renewLink(people.deps, people.gatepass.actor, administrator.id)
      t.ok(token)
      t.ok(await people.secondStep(step.secondStep, digits(), office), 'a link forgets these too')
    },
  )

  t.test('the own password is guessed at no faster from inside', async t => {
    const people = await startPeople(t)
    const { administrator, session } = await people.owner()
    const key = await people.keyOf(session)
    const input = { password: 'nine dry badgers', repeated: 'nine dry badgers', session: key }
    const codes: string[] = []
    for (let index = 0; index < 12; index++) {
      const current = index === 11 ? password : `wrong ${index}`
      codes.push(
        (await refusal(changeOwnPassword(people.deps, administrator, { ...input, current }, office))).code,
      )
    }
    t.same([of(codes, 'invalid_request'), of(codes, 'slow_down')], [10, 2])
    t.ok(await people.isIn(session))
  })

  t.test('a clock that jumps a year ahead and back slows nobody down for a year', async t => {
    const people = await startPeople(t)
    await people.owner()
    people.gatepass.clock.advance(365 * 24 * HOUR)
    await guess(people, 11, ada, office)
    people.gatepass.clock.advance(-365 * 24 * HOUR)
    t.ok(await people.session(ada))
  })

  t.test('a clock that is a little behind forgets nothing', async t => {
    const people = await startPeople(t)
    await people.owner()
    await guess(people, 11)
    people.gatepass.clock.advance(-60_000)
    t.same(await guess(people, 1), ['slow_down'])
  })
})

async function startGuessing(t: Test, people: People): Promise<(burst: Burst) => Promise<string[]>> {
  const program = fileURLToPath(new URL('guessing-process.ts', import.meta.url))
  const child: ChildProcessWithoutNullStreams = spawn(
    process.execPath,
    [program, people.gatepass.config.databaseUrl],
    { env: cleanEnv({}) },
  )
  child.stderr.pipe(process.stderr)
  const exited = once(child, 'exit')
  t.teardown(async () => {
    child.stdin.end()
    await exited
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return async burst => {
    child.stdin.write(`${JSON.stringify(burst)}\n`)
    return JSON.parse((await lines.next()).value ?? '[]')
  }
}
