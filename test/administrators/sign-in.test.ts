// Signing in to the console: by password, with a second factor, and all that must not open it.
import t from 'tap'
import { renewLink } from '../../src/administrators/hand-out-link.ts'
import { resetTotp, updateAdministrator } from '../../src/administrators/manage-administrators.ts'
import { setPassword } from '../../src/administrators/set-password.ts'
import { signInAdministrator } from '../../src/administrators/sign-in-administrator.ts'
import { totpStep, totpText, totpUri } from '../../src/administrators/totp.ts'
import { hashPassword } from '../../src/passwords/password.ts'
import { digitsAt } from './authenticator.ts'
import { office, password, refusal, startPeople, stranger } from './people.ts'

const HOUR = 3_600_000

t.test('works', async t => {
  t.test('by password, however the address is spelled; the audit log has it', async t => {
    const people = await startPeople(t)
    await people.owner()
    const session = await people.session('  ADA@Example.com ')
    t.match(await people.whoIs(session), { email: 'ada@example.com', role: 'owner' })
    const entry = (await people.audit()).find(({ action }) => action === 'administrator.sign-in')
    t.same(entry?.actor, { name: 'admin:ada@example.com', origin: office.address })
  })

  t.test('with the digits of an app, one step early or late', async t => {
    const people = await startPeople(t)
    const { administrator, digits } = await people.withTotp()
    const step = await people.signIn(administrator)
    if (!('secondStep' in step)) return t.fail('no second factor was asked for')
    people.gatepass.clock.seconds(60)
    const late = digits()
    people.gatepass.clock.seconds(30)
    const { session } = await people.secondStep(step.secondStep, `${late.slice(0, 3)} ${late.slice(3)}`)
    t.ok(await people.isIn(session))
  })

  t.test('a session lasts twelve hours, and an hour in which nothing is asked', async t => {
    const people = await startPeople(t)
    const { session } = await people.owner()
    people.gatepass.clock.advance(HOUR - 1)
    t.ok(await people.isIn(session))
    people.gatepass.clock.advance(1)
    t.notOk(await people.isIn(session))
  })

  t.test('the test vectors of RFC 6238, and what an app reads', async t => {
    const secret = Buffer.from('12345678901234567890')
    for (const [seconds, digits] of [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [20_000_000_000, '353130'],
    ] as const) {
      t.equal(totpStep(secret, digits, seconds * 1000), Math.floor(seconds / 30))
      t.equal(digitsAt(secret, seconds * 1000), digits)
    }
    t.equal(totpText(secret), 'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ')
    const uri = new URL(totpUri(secret, 'ada@example.com', 'https://id.example.com:8443'))
    t.equal(decodeURIComponent(uri.pathname), '/Gatepass id.example.com:ada@example.com')
    t.equal(uri.searchParams.get('secret'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
  })
})

t.test('refuses', async t => {
  t.test(
    'a wrong password, nobody, an invited and a disabled administrator: all in the same words',
    async t => {
      const people = await startPeople(t)
      const { administrator } = await people.owner()
      const { administrator: gone } = await people.invited()
      await updateAdministrator(people.deps, people.gatepass.actor, gone.id, { disabled: true })
      const { administrator: goneToo } = await people.withTotp('left@example.com')
      await updateAdministrator(people.deps, people.gatepass.actor, goneToo.id, { disabled: true })
      const attempts = [
        { email: administrator.email, password: 'seven wet otter' },
        { email: 'nobody@example.com' },
        { email: gone.email },
        { email: goneToo.email },
        { email: '' },
        { email: `${'x'.repeat(10_000)}\0\ud800@example.com`, password: '' },
      ]
      for (const attempt of attempts) {
        const { code, message, fields } = await refusal(people.signIn(attempt))
        t.same(
          { code, message, fields },
          {
            code: 'access_denied',
            message: 'E-mail address or password are not right.',
            fields: undefined,
          },
        )
      }
    },
  )

  t.test('digits of another phone, of another time, and what are no digits', async t => {
    const people = await startPeople(t)
    const { administrator, digits } = await people.withTotp()
    const step = (await people.signIn(administrator)) as { secondStep: string }
    const right = digits()
    for (const wrong of ['000000', '', 'abcdef', right.slice(1), `${right}0`, '٣٣٣٣٣٣'].filter(
      x => x !== right,
    )) {
      t.equal((await refusal(people.secondStep(step.secondStep, wrong))).code, 'access_denied', wrong)
    }
    people.gatepass.clock.seconds(90)
    t.equal((await refusal(people.secondStep(step.secondStep, right))).code, 'access_denied')
    t.ok((await people.audit()).some(entry => entry.detail.reason === 'wrong one-time password'))
  })
})

t.test('resists', async t => {
  t.test('digits that were used: once in a session, never in two', async t => {
    const people = await startPeople(t)
    const { administrator, digits } = await people.withTotp()
    const steps = await Promise.all([1, 2, 3, 4].map(() => people.signIn(administrator)))
    const shown = digits()
    const results = await Promise.allSettled(
      steps.map(step => people.secondStep((step as { secondStep: string }).secondStep, shown)),
    )
    t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    const step = (await people.signIn(administrator)) as { secondStep: string }
    t.match(await refusal(people.secondStep(step.secondStep, shown)), { code: 'access_denied' })
    people.gatepass.clock.advance(-30_000)
    t.match(await refusal(people.secondStep(step.secondStep, digits())), { code: 'access_denied' })
    t.pass('nor are those before them, with a clock that was set back')
  })

  t.test('a second step that was tampered with, is too old, or of another installation', async t => {
    const people = await startPeople(t)
    const { administrator, digits } = await people.withTotp()
    const { secondStep } = (await people.signIn(administrator)) as { secondStep: string }
    const bytes = Buffer.from(secondStep, 'base64url')
    for (const place of [0, 15, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[place]! ^= 1
      const refused = await refusal(people.secondStep(changed.toString('base64url'), digits()))
      t.equal(refused.code, 'invalid_grant')
    }
    for (const text of ['', 'x', '🗝', secondStep.slice(0, 20)]) {
      t.equal((await refusal(people.secondStep(text, digits()))).code, 'invalid_grant')
    }
    const other = await startPeople(t)
    await other.withTotp()
    t.equal((await refusal(other.secondStep(secondStep, digits()))).code, 'invalid_grant')
    people.gatepass.clock.minutes(5)
    t.equal((await refusal(people.secondStep(secondStep, digits()))).code, 'invalid_grant')
  })

  t.test(
    'a second step of a password that was reset, or of somebody who was disabled, meanwhile',
    async t => {
      const people = await startPeople(t)
      const { deps, gatepass } = people
      await people.owner('other@example.com')
      const { administrator, digits } = await people.withTotp()
      const step = async () => ((await people.signIn(administrator)) as { secondStep: string }).secondStep
      const before = await step()
      await updateAdministrator(deps, gatepass.actor, administrator.id, { disabled: true })
      t.equal((await refusal(people.secondStep(before, digits()))).code, 'invalid_grant')
      await updateAdministrator(deps, gatepass.actor, administrator.id, { disabled: false })
      const again = await step()
      const hash = await hashPassword('nine dry badgers')
      await deps.database.write(tx => setPassword(tx, administrator, hash, null, gatepass.clock.now()))
      t.equal((await refusal(people.secondStep(again, digits()))).code, 'invalid_grant')
      await resetTotp(deps, gatepass.actor, administrator.id)
      t.equal((await refusal(people.secondStep(again, digits()))).code, 'invalid_grant')
    },
  )

  t.test('a password that is reset while the old one is being compared opens nothing', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    const { administrator } = await people.owner()
    const next = await hashPassword('nine dry badgers')
    const { database } = deps
    let writes = 0
    const reset = { ...database }
    // The first write counts the guess; before the second, which opens the session, the reset is committed.
    reset.write = async operation => {
      if (++writes === 2) {
        await database.write(tx => setPassword(tx, administrator, next, null, gatepass.clock.now()))
      }
      return await database.write(operation)
    }
    const signing = signInAdministrator(
      { ...deps, database: reset },
      { email: administrator.email, password },
      office,
    )
    t.equal((await refusal(signing)).code, 'access_denied')
    t.ok((await people.audit()).some(({ detail }) => detail.reason === 'the account was changed meanwhile'))
  })

  t.test('somebody who is disabled, or whose password is set by a link, is out at once', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    await people.owner()
    const { administrator, session } = await people.invited()
    await updateAdministrator(deps, gatepass.actor, administrator.id, { disabled: true })
    t.notOk(await people.isIn(session))
    t.equal((await refusal(renewLink(deps, gatepass.actor, administrator.id))).code, 'conflict')
    await updateAdministrator(deps, gatepass.actor, administrator.id, { disabled: false })
    t.notOk(await people.isIn(session), 'and stays so')
  })

  t.test('what people type never reaches the audit log, nor a secret', async t => {
    const people = await startPeople(t)
    const { administrator, session, digits } = await people.withTotp()
    await refusal(people.signIn({ email: 'my secret password', password: 'another secret' }, stranger))
    await refusal(people.signIn({ email: administrator.email, password: 'another secret' }, stranger))
    const { secondStep } = (await people.signIn(administrator)) as { secondStep: string }
    const shown = digits()
    await people.secondStep(secondStep, shown)
    const written = JSON.stringify(await people.audit())
    for (const secret of ['my secret', 'another secret', password, session, secondStep, shown]) {
      t.notOk(written.includes(secret), secret)
    }
    const refused = (await people.audit()).filter(({ action }) => action === 'administrator.sign-in-refused')
    t.same(refused.map(({ target, actor }) => [target, actor.name, actor.origin]).sort(), [
      ['ada@example.com', 'nobody', stranger.address],
      ['unknown', 'nobody', stranger.address],
    ])
  })
})
