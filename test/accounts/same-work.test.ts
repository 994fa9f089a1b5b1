// Who asks by the login page or the account API cannot tell by the time who has an account: whatever is wrong, a password
// is compared. What is counted is the work of all threads, which hardly depends on what else the machine does.
import t, { type Test } from 'tap'
import { PASSWORD, person, projectOfAccounts } from '../central/people.ts'
import { authenticate } from '../http/account-api.ts'
import { median } from '../median.ts'
import { issuer, startApp, type TestApp } from '../start-app.ts'

const wrong = 'a wrong password'
/** Ten guesses at one name are looked at in a quarter of an hour. */
const TURNS = 9

/** A project, and an account of each kind that is refused. */
async function world(t: Test) {
  const gatepass = await startApp(t)
  const acme = await projectOfAccounts(gatepass)
  const ids: Record<string, string> = {}
  for (const name of ['ada', 'off', 'new', 'locked']) ids[name] = (await person(gatepass, name, [acme])).id
  const set = (name: string, more: { disabled_at?: number; password_hash?: null }) =>
    gatepass.database.write(tx => tx.updateTable('accounts').set(more).where('id', '=', ids[name]!).execute())
  await set('off', { disabled_at: 1 })
  await set('new', { password_hash: null })
  return { gatepass, acme }
}

type Answer = Awaited<ReturnType<TestApp['get']>>

/** A comparison is most of the work at these doors: without it any of these would cost a third of what it does. */
async function workTheSame(
  t: Test,
  { clock }: TestApp,
  guess: (name: string, password: string) => Promise<Answer>,
): Promise<void> {
  const answers = new Set<string>()
  const refused = async (name: string, password: string) => {
    const { statusCode, headers } = await guess(name, password)
    answers.add(`${statusCode} ${headers['retry-after'] ?? ''}`)
  }
  let names = 0
  const ways: Readonly<Record<string, () => Promise<void>>> = {
    'wrong password': () => refused('ada', wrong),
    nobody: () => refused(`nobody-${names}`, wrong),
    // With the right password, so that nothing else is wrong.
    disabled: () => refused('off', PASSWORD),
    'no password': () => refused('new', wrong),
    'locked by its other name': () => refused('locked@example.com', PASSWORD),
  }
  const costs = new Map(Object.keys(ways).map(name => [name, [] as number[]]))
  const measure = async () => {
    clock.minutes(16)
    names++
    for (let guesses = 0; guesses < 10; guesses++) await refused('locked', wrong)
    for (let turn = 0; turn < TURNS; turn++) {
      for (const [name, way] of Object.entries(ways)) {
        const used = process.cpuUsage()
        await way()
        const { user, system } = process.cpuUsage(used)
        costs.get(name)!.push((user + system) / 1000)
      }
    }
  }
  await measure()
  for (const each of costs.values()) each.length = 0
  let differs = true
  let told = ''
  for (let round = 0; round < 6 && differs; round++) {
    await measure()
    const medians = [...costs].map(([name, each]) => ({ name, worked: median(each) }))
    told = medians.map(({ name, worked }) => `${name} ${worked.toFixed(2)} ms`).join('; ')
    differs = medians.some(({ worked }) => Math.abs(worked / medians[0]!.worked - 1) > 0.2)
  }
  t.comment(told)
  t.notOk(differs, told)
  t.equal(answers.size, 1, [...answers].join('; '))
}

t.test('resists', async t => {
  t.test('the login page: nobody, disabled and locked are as much work as a wrong password', async t => {
    const { gatepass, acme } = await world(t)
    await workTheSame(t, gatepass, (username, password) =>
      gatepass.app.inject({
        method: 'POST',
        url: `${issuer}/login`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ username, password, target: acme.siteUrl }).toString(),
      }),
    )
  })

  t.test(
    '/account/authenticate: nobody, disabled and locked are as much work as a wrong password',
    async t => {
      const { gatepass, acme } = await world(t)
      await workTheSame(t, gatepass, (username, password) =>
        authenticate(gatepass, { username, password, ssoSuiteId: acme.id }),
      )
    },
  )

  t.test('a name that nobody has is locked after as many guesses, with the same answer', async t => {
    const { gatepass, acme } = await world(t)
    const last = async (username: string) => {
      const guess = () => authenticate(gatepass, { username, password: wrong, ssoSuiteId: acme.id })
      const answers = []
      for (let guesses = 0; guesses < 11; guesses++) answers.push(await guess())
      return answers.map(({ statusCode, body, headers }) => `${statusCode} ${headers['retry-after']} ${body}`)
    }
    const ofAda = await last('ada')
    t.match(ofAda.at(-1), /^429 900 /)
    t.strictSame(await last('nobody'), ofAda)
  })
})
