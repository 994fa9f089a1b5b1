// What owners do to administrators, and what administrators do to themselves.
import t from 'tap'
import {
  endAdministratorSessions,
  listAdministratorSessions,
} from '../../src/administrators/administrator-sessions.ts'
import { findAdministrator, listAdministrators } from '../../src/administrators/administrator-store.ts'
import {
  deleteAdministrator,
  inviteAdministrator,
  updateAdministrator,
} from '../../src/administrators/manage-administrators.ts'
import { changeOwnPassword, confirmTotp, removeOwnTotp } from '../../src/administrators/own-account.ts'
import { beginTotp, openEnrolment } from '../../src/administrators/totp-enrolment.ts'
import { passwordProblem } from '../../src/passwords/password.ts'
import { digitsAt } from './authenticator.ts'
import { office, password, refusal, startPeople } from './people.ts'

const fresh = { password: 'nine dry badgers', repeated: 'nine dry badgers' }

t.test('works', async t => {
  t.test('a change is told in the audit log: what it was, and what it is', async t => {
    const people = await startPeople(t)
    const { administrator } = await people.invited()
    await updateAdministrator(people.deps, people.gatepass.actor, administrator.id, {
      role: 'project_administrator',
      projectIds: ['a'],
      name: 'Grace',
    })
    const entry = (await people.audit()).find(({ action }) => action === 'administrator.update')
    t.same(entry?.detail, {
      role: { from: 'read_only', to: 'project_administrator' },
      projectIds: { from: null, to: ['a'] },
    })
  })

  t.test('an owner who is one among others may step down, be disabled and be deleted', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    const { administrator } = await people.owner()
    await people.owner('bob@example.com')
    await updateAdministrator(deps, gatepass.actor, administrator.id, { role: 'read_only' })
    await updateAdministrator(deps, gatepass.actor, administrator.id, { disabled: true })
    await deleteAdministrator(deps, gatepass.actor, administrator.id)
    t.same(
      (await listAdministrators(deps.database.read)).map(({ email }) => email),
      ['bob@example.com'],
    )
    t.equal(await gatepass.count('administrator_sessions'), 1)
  })

  t.test('a new password ends the other sessions, and not this one', async t => {
    const people = await startPeople(t)
    const { administrator, session } = await people.owner()
    const other = await people.session(administrator.email)
    const input = { current: password, ...fresh, session: await people.keyOf(session) }
    await changeOwnPassword(people.deps, administrator, input, office)
    t.same([await people.isIn(session), await people.isIn(other)], [true, false])
  })

  t.test('a second factor is switched on, used, and switched off', async t => {
    const people = await startPeople(t)
    const { administrator, session } = await people.owner()
    const other = await people.session(administrator.email)
    const { secret, sealed } = beginTotp(people.deps, administrator)
    const digits = () => digitsAt(secret, people.gatepass.clock.now())
    const input = { current: password, sealed, digits: digits(), session: await people.keyOf(session) }
    await confirmTotp(people.deps, administrator, input, office)
    t.same([await people.isIn(session), await people.isIn(other)], [true, false])
    const step = (await people.signIn(administrator)) as { secondStep: string }
    t.equal(
      (await refusal(people.secondStep(step.secondStep, digits()))).code,
      'access_denied',
      'used to confirm',
    )
    people.gatepass.clock.seconds(30)
    t.ok(await people.secondStep(step.secondStep, digits()))
    await removeOwnTotp(people.deps, administrator, { current: password }, office)
    t.ok(await people.session(administrator.email))
  })

  t.test('sessions are listed and ended, by whom they belong to alone', async t => {
    const people = await startPeople(t)
    const { database, clock } = people.deps
    const { administrator, session } = await people.owner()
    const { administrator: other } = await people.invited()
    await people.session(administrator.email, { address: '203.0.113.9', userAgent: `${'x'.repeat(255)}🦦` })
    const listed = await listAdministratorSessions(database.read, administrator.id, clock.now())
    t.same(listed.map(({ address }) => address).sort(), [office.address, '203.0.113.9'])
    const key = await people.keyOf(session)
    const end = (id: string) => database.write(tx => endAdministratorSessions(tx, id, { key }, clock.now()))
    t.equal(await end(other.id), 0)
    t.ok(await people.isIn(session))
    t.equal(await end(administrator.id), 1)
    t.notOk(await people.isIn(session))
  })
})

t.test('refuses', async t => {
  t.test('hostile names and addresses', async t => {
    const people = await startPeople(t)
    const good = { email: 'grace@example.com', name: 'Grace', role: 'read_only' as const, projectIds: null }
    const invite = (more: object) =>
      inviteAdministrator(people.deps, people.gatepass.actor, { ...good, ...more } as typeof good)
    const emails = [
      ...['', 'grace', '@', 'a@b@c', 'a b@c', 'a\n@c', 'a\u200b@c', 'a\u202e@c', 'a＠b@c', 'a\ud800@c'],
      `${'x'.repeat(65)}@c`,
    ]
    for (const email of emails)
      t.match((await refusal(invite({ email }))).fields, [{ field: 'email' }], email)
    for (const name of ['', ' ', '\u200b', 'a\u0000', 'a\u202eb', '\ud800', 'x'.repeat(101)]) {
      t.match((await refusal(invite({ name }))).fields, [{ field: 'name' }], JSON.stringify(name))
    }
    t.match((await refusal(invite({ role: 'root', projectIds: [] }))).fields, [
      { field: 'role' },
      { field: 'projects' },
    ])
    const name = '<script>alert(1)</script> =1+1 👩‍🚀 می‌خواهم'
    t.match(await invite({ name }), { administrator: { name } })
  })

  t.test('weak passwords, with what is wrong in words', async t => {
    const known = ['ada.lovelace@example.com', 'Ada Lovelace']
    const weak = [
      ...[
        '',
        'short',
        'aaaaaaaaaaaaaaaa',
        'password12345',
        'PasswordPassword',
        'lovelace1234',
        'adalovelace!!',
      ],
      ...['ababababababab', 'qwertyqwerty', '🦦🦦🦦🦦🦦🦦', 'x'.repeat(257)],
    ]
    for (const each of weak) t.ok(passwordProblem(each, known), each)
    for (const each of [password, 'Zwölf Boxkämpfer', '🦦🐋🦀🐙🦑🐚🐠🐡🦈🐬🐳🐟']) {
      t.equal(passwordProblem(each, known), undefined, each)
    }
  })

  t.test('a wrong current password changes nothing, and is in the audit log', async t => {
    const people = await startPeople(t)
    const { administrator, digits } = await people.withTotp()
    const refused = await refusal(removeOwnTotp(people.deps, administrator, { current: 'x' }, office))
    t.match(refused, { code: 'invalid_request', fields: [{ field: 'current' }] })
    t.match(await findAdministrator(people.deps.database.read, administrator.id), { hasTotp: true })
    t.ok((await people.audit()).some(({ action }) => action === 'administrator.totp-off-refused'))
    t.ok(digits())
  })

  t.test('digits that the app does not show', async t => {
    const people = await startPeople(t)
    const { administrator, session } = await people.owner()
    const { secret, sealed } = beginTotp(people.deps, administrator)
    const digits = digitsAt(secret, people.gatepass.clock.now() + 120_000)
    const input = { current: password, sealed, digits, session: await people.keyOf(session) }
    t.match(await refusal(confirmTotp(people.deps, administrator, input, office)), {
      fields: [{ field: 'digits' }],
    })
  })
})

t.test('resists', async t => {
  t.test('the last owner who can sign in stays one, whatever is tried', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    const { administrator } = await people.owner()
    // One who was invited as an owner has no password yet, and one who is disabled does not count.
    await inviteAdministrator(deps, gatepass.actor, {
      ...{ email: 'i@example.com', name: 'Invited', role: 'owner', projectIds: null },
    })
    const { administrator: disabled } = await people.owner('d@example.com')
    await updateAdministrator(deps, gatepass.actor, disabled.id, { disabled: true })
    for (const changes of [{ role: 'read_only' }, { disabled: true }] as const) {
      const refused = await refusal(updateAdministrator(deps, gatepass.actor, administrator.id, changes))
      t.equal(refused.code, 'conflict')
    }
    t.equal((await refusal(deleteAdministrator(deps, gatepass.actor, administrator.id))).code, 'conflict')
    t.match(await findAdministrator(deps.database.read, administrator.id), {
      role: 'owner',
      disabledAt: null,
    })
  })

  t.test('two owners who demote each other at once: one stays', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    const ids = [
      (await people.owner()).administrator.id,
      (await people.owner('b@example.com')).administrator.id,
    ]
    const results = await Promise.allSettled(
      ids.map(id => updateAdministrator(deps, gatepass.actor, id, { role: 'read_only' })),
    )
    t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    t.equal((await listAdministrators(deps.database.read)).filter(({ role }) => role === 'owner').length, 1)
  })

  t.test('where nobody is an owner yet, others are still looked after', async t => {
    const people = await startPeople(t)
    const { administrator } = await people.invited()
    t.match(
      await updateAdministrator(people.deps, people.gatepass.actor, administrator.id, { disabled: true }),
      {
        disabledAt: Number,
      },
    )
    await deleteAdministrator(people.deps, people.gatepass.actor, administrator.id)
    t.equal(await people.gatepass.count('administrators'), 0)
  })

  t.test('the later of two editors is told', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    const { administrator } = await people.invited()
    const { id, version } = administrator
    await updateAdministrator(deps, gatepass.actor, id, { name: 'First' }, version)
    const late = await refusal(updateAdministrator(deps, gatepass.actor, id, { name: 'Second' }, version))
    t.equal(late.code, 'precondition_failed')
  })

  t.test("another's enrolment, one that was changed, and one that is too old", async t => {
    const people = await startPeople(t)
    const { administrator: ada } = await people.owner()
    const { administrator: bob } = await people.owner('bob@example.com')
    const { sealed, secret } = beginTotp(people.deps, ada)
    t.same(openEnrolment(people.deps, ada, sealed), secret)
    const open = (who: typeof ada, text: string) => () => openEnrolment(people.deps, who, text)
    const bytes = Buffer.from(sealed, 'base64url')
    bytes[20]! ^= 1
    for (const wrong of [open(bob, sealed), open(ada, bytes.toString('base64url')), open(ada, '')]) {
      t.throws(wrong, { code: 'invalid_grant' })
    }
    people.gatepass.clock.minutes(15)
    t.throws(open(ada, sealed), { code: 'invalid_grant' })
  })
})
