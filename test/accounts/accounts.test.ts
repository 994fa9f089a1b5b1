// Accounts of readers and developers: their names, their passwords, who may sign in where.
import t, { type Test } from 'tap'
import { canonicalName } from '../../src/accounts/account.ts'
import { putMember } from '../../src/accounts/account-members.ts'
import { findAccountByName, requireAccount } from '../../src/accounts/account-store.ts'
import { checkAccountPassword } from '../../src/accounts/check-account-password.ts'
import { createAccount, type NewAccount } from '../../src/accounts/create-account.ts'
import { setAccountPassword } from '../../src/accounts/set-account-password.ts'
import type { AppError } from '../../src/errors.ts'
import { hashPassword } from '../../src/passwords/password.ts'
import { listProjects } from '../../src/projects/project-store.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { identityOfAccount } from '../../src/upstream/identity-of-account.ts'
import { startApp, type TestApp } from '../start-app.ts'

const password = 'Correct-horse 9 battery'
const ada: NewAccount = {
  ...{ username: 'Ada', email: 'Ada@Example.com', name: 'Ada Lovelace', type: 'user', scope: '' },
  ...{ password, emailVerified: true },
}

async function start(t: Test) {
  const gatepass = await startApp(t)
  const make = (more: Partial<NewAccount> = {}) =>
    createAccount(gatepass.rules, gatepass.actor, { ...ada, ...more })
  const check = (name: string, typed = password, address = '203.0.113.7') =>
    checkAccountPassword(gatepass.rules, { name, password: typed }, address)
  return { gatepass, make, check, read: gatepass.database.read }
}

async function refused(promise: Promise<unknown>): Promise<AppError> {
  return await promise.then(
    () => Promise.reject(new Error('it was not refused')),
    error => error,
  )
}

async function projectOf(gatepass: TestApp, slug: string) {
  return (await listProjects(gatepass.database.read)).find(project => project.slug === slug)!
}

t.test('works', async t => {
  const { gatepass, make, check, read } = await start(t)
  const { account, apiKey } = await make()

  t.test('one account by user name and e-mail address, in any spelling of them', async t => {
    for (const name of ['Ada', 'ada', ' ADA ', 'ada@example.com', 'ADA@EXAMPLE.COM', 'ada＠example.com']) {
      t.equal((await check(name)).account.id, account.id, name)
    }
    t.equal(await findAccountByName(read, 'grace'), undefined)
    t.match(account, { username: 'Ada', email: 'Ada@Example.com', active: true, emailVerified: true })
    t.equal(apiKey, null)
  })

  t.test('a developer has an API key, of which the database has a digest', async t => {
    const made = await make({ username: 'dev', email: null, type: 'developer' })
    t.match(made.apiKey, /^gpd_[A-Za-z0-9_-]{43}$/)
    t.equal(made.account.apiKeyHint, made.apiKey!.slice(-4))
    t.equal(made.account.emailVerified, false)
  })

  t.test('an account is a reader of the projects that it is a member of, in its groups', async t => {
    const acme = await gatepass.project()
    const staff = await gatepass.group(acme, 'staff')
    const project = await projectOf(gatepass, acme.slug)
    const error = await refused(identityOfAccount(read, project, account))
    t.match(error, { code: 'access_denied', reason: 'account_not_member' })
    await gatepass.database.write(tx =>
      putMember(tx, { accountId: account.id, projectId: acme.id, groupIds: [staff.id, 'gone'] }, 1),
    )
    t.strictSame(await identityOfAccount(read, project, account), {
      ...{ issuer: 'account', subject: account.id, username: 'Ada', firstName: 'Ada Lovelace', lastName: '' },
      ...{ email: 'Ada@Example.com', emailVerified: true, groups: ['staff'] },
    })
    const other = (await make({ username: 'other', email: 'o@x.org', emailVerified: false })).account
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { accountAdmission: 'anyone' })
    const open = await projectOf(gatepass, acme.slug)
    t.match(await identityOfAccount(read, open, other), { username: 'other', email: '', groups: [] })
  })

  t.test('a new password ends guessing, and the old one', async t => {
    const { account } = await make({ username: 'eve', email: null })
    for (let index = 0; index < 10; index++) await refused(check('eve', 'wrong'))
    t.match(await refused(check('eve')), { code: 'slow_down', reason: 'too_many_guesses' })
    const hash = await hashPassword('another one')
    await gatepass.database.write(async tx =>
      setAccountPassword(tx, await requireAccount(tx, account.id), hash, gatepass.clock.now()),
    )
    t.equal((await check('eve', 'another one')).account.id, account.id)
    t.match(await refused(check('eve')), { reason: 'account_password_wrong' })
  })
})

t.test('refuses', async t => {
  const { make, check, gatepass } = await start(t)
  await make()

  t.test('a name that is taken, in whatever spelling, and names that are none', async t => {
    t.match(await refused(make({ username: 'aDa', email: 'x@y.org' })), {
      code: 'conflict',
      fields: [{ field: 'username' }],
    })
    t.match(await refused(make({ username: 'b', email: 'ADA@example.com' })), {
      fields: [{ field: 'email' }],
    })
    for (const username of ['a@b', 'a＠b', 'a b', '', 'a\u200bb', 'a\u202eb', 'x'.repeat(65)]) {
      t.match(await refused(make({ username, email: null })), { code: 'invalid_request' }, username)
    }
    t.match(await refused(make({ username: null, email: null })), { fields: [{ field: 'username' }] })
    for (const email of ['a', 'a@b@c', 'a b@c', '@c', 'a@']) {
      t.match(await refused(make({ username: 'c', email })), { fields: [{ field: 'email' }] }, email)
    }
    for (const scope of ['a "b"', 'a\\b', 'é', 'a  b']) {
      t.match(await refused(make({ username: 'c', email: null, scope })), { fields: [{ field: 'scope' }] })
    }
  })

  t.test('with the same words, whatever is wrong; the reason is true', async t => {
    const { account } = await make({ username: 'off', email: null })
    await make({ username: 'new', email: null, password: undefined } as never)
    await gatepass.database.write(tx =>
      tx.updateTable('accounts').set({ disabled_at: 1 }).where('id', '=', account.id).execute(),
    )
    const errors = [
      await refused(check('ada', 'wrong')),
      await refused(check('nobody')),
      await refused(check('off')),
      await refused(check('new')),
      await refused(check('__proto__')),
      await refused(check("' OR 1=1 --")),
    ]
    t.equal(new Set(errors.map(({ code, message }) => `${code} ${message}`)).size, 1)
    t.strictSame(
      errors.map(({ reason }) => reason),
      [
        ...['account_password_wrong', 'account_unknown', 'account_disabled', 'account_password_unset'],
        ...['account_unknown', 'account_unknown'],
      ],
    )
  })
})

t.test('resists', async t => {
  t.test('fifty guesses at once: ten are looked at, whichever name they use', async t => {
    const { make, check } = await start(t)
    const { account } = await make()
    const names = ['ada', 'ada@example.com']
    const errors = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        refused(check(names[index % 2]!, `wrong ${index}`, `198.51.${index}.7`)),
      ),
    )
    const of = (reason: string) => errors.filter(error => error.reason === reason).length
    t.equal(of('account_password_wrong'), 10)
    // Ten more are answered as wrong, for it is told of no name that another belongs to the same account.
    t.equal(errors.filter(({ code }) => code === 'slow_down').length, 30)
    t.match(await refused(check('ada@example.com', password, '192.0.2.1')), { code: 'slow_down' })
    t.ok(account.id)
  })

  t.test('right passwords are no guesses of a network, wrong ones are', async t => {
    const { make, check, gatepass } = await start(t)
    await make()
    for (let index = 0; index < 3; index++) await check('ada')
    const counter = () =>
      gatepass.database.read.selectFrom('guess_counters').select('count').executeTakeFirstOrThrow()
    t.equal((await counter()).count, 0)
    await refused(check('nobody'))
    t.equal((await counter()).count, 1)
    t.equal(canonicalName(' A@B '), 'a@b')
  })

  t.test('a hundred wrong guesses of one network, at whichever names, and it waits', async t => {
    const { make, check, gatepass } = await start(t)
    await make()
    const guess = (name: string) => refused(check(name, 'wrong', '2001:db8::1'))
    t.match(await guess('nobody'), { reason: 'account_unknown' })
    // The others take their time.
    await gatepass.database.write(tx =>
      tx.updateTable('guess_counters').set({ count: 99 }).where('key', 'like', 'network %').execute(),
    )
    t.match(await guess('ada'), { reason: 'account_password_wrong' })
    t.match(await guess('nobody else'), { code: 'slow_down' })
    t.match(await refused(check('ada', password, '2001:db8::2')), { code: 'slow_down' })
    t.ok(await check('ada', password, '2001:db8:1::1'), 'another network does not')
  })
})
