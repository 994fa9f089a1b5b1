// One's own account, and forgotten passwords.
import t from 'tap'
import { insertAccountLink } from '../../src/accounts/account-links.ts'
import { listAccountSessions } from '../../src/accounts/account-sessions.ts'
import { findAttention } from '../../src/attention/find-attention.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { sidOf } from '../../src/sessions/session.ts'
import { authenticate } from '../http/account-api.ts'
import { issuer, startApp } from '../start-app.ts'
import { startMailServer } from './mail-server.ts'
import { login, PASSWORD, Person, person, projectOfAccounts, tokenIn, user } from './people.ts'

const NEW = 'quite another row of words'

async function world(t: Parameters<typeof startApp>[0], env = {}) {
  const gatepass = await startApp(t, env)
  const acme = await projectOfAccounts(gatepass, 'acme')
  const account = await person(gatepass, 'ada', [acme])
  const target = `${acme.siteUrl}/x`
  return { gatepass, acme, account, target, ada: new Person(gatepass) }
}

t.test('works', async t => {
  t.test('the account page: who, which sites, which browsers', async t => {
    const { gatepass, acme, ada, account, target } = await world(t)
    t.equal((await ada.get(`${issuer}/account`)).headers.location, '/login')
    const token = tokenIn(await ada.signIn('ada', target))
    const phone = new Person(gatepass)
    const onPhone = tokenIn(await phone.signIn('ada', target))
    const page = await ada.get(`${issuer}/account`)
    t.match(page.body, 'Ada Example')
    t.match(page.body, `<a href="${acme.siteUrl}/">Acme</a>`)
    t.equal(page.body.match(/action="\/account\/end-session"/g)!.length, 3, 'one there, others, all')
    t.equal((await user(gatepass, onPhone)).statusCode, 200)
    t.equal((await user(gatepass, token)).statusCode, 200)
    const ended = await ada.send(page, { session: 'others' }, undefined, '/account/end-session')
    t.equal(ended.headers.location, '/account?done=ended')
    t.equal((await user(gatepass, onPhone)).statusCode, 401)
    t.equal((await user(gatepass, token)).statusCode, 200)
    const suite = { username: 'ada', password: PASSWORD, ssoSuiteId: acme.id }
    const { jwt } = (await authenticate(gatepass, suite)).json()
    t.equal((await authenticate(gatepass, { jwt })).statusCode, 200)
    await ada.send(page, { session: 'all' }, undefined, '/account/end-session')
    t.equal((await user(gatepass, token)).statusCode, 401)
    t.equal((await authenticate(gatepass, { jwt })).statusCode, 401, 'and the JWTs of suites')
    t.equal((await ada.get(`${issuer}/account`)).headers.location, '/login')

    await ada.signIn('ada')
    await gatepass.database.write(tx =>
      tx.updateTable('accounts').set({ disabled_at: 1 }).where('id', '=', account.id).execute(),
    )
    t.equal((await ada.get(`${issuer}/account`)).headers.location, '/login', 'not for who is disabled')
  })

  t.test('a changed password ends every other sign-in, and asks for the old one', async t => {
    const { gatepass, ada, target } = await world(t)
    const token = tokenIn(await ada.signIn('ada', target))
    await user(gatepass, token)
    const before = ada.jar().value('gatepass_account')
    const change = async (form: Record<string, string>) => {
      const page = await ada.get(`${issuer}/account`)
      return await ada.send(page, form, undefined, '/account/change-password')
    }
    const wrong = await change({ current: 'x', password: NEW, repeated: NEW })
    t.equal(wrong.statusCode, 400)
    t.match(wrong.body, 'This is not your password.')
    const weak = await change({ current: PASSWORD, password: 'ada ada ada ada', repeated: 'other' })
    t.match(weak.body, 'It is easy to guess')
    t.match(weak.body, 'The two passwords are not the same.')
    t.match(
      (await change({ current: PASSWORD, password: 'fourteen chars', repeated: 'fourteen chars' })).body,
      'at least 15',
    )
    const done = await change({ current: PASSWORD, password: NEW, repeated: NEW })
    t.equal(done.headers.location, '/account?done=changed')
    t.not(ada.jar().value('gatepass_account'), before)
    t.equal((await ada.get(`${issuer}/account`)).statusCode, 200, 'this browser goes on')
    t.equal((await user(gatepass, token)).statusCode, 401)
    t.equal((await new Person(gatepass).signIn('ada')).statusCode, 403)
    t.equal((await new Person(gatepass).signIn('ada', undefined, NEW)).statusCode, 303)
  })

  t.test('a one-time link sets a password, once, and ends every session', async t => {
    const { gatepass, ada, account, target } = await world(t)
    const token = tokenIn(await ada.signIn('ada', target))
    await user(gatepass, token)
    const made = { accountId: account.id, createdBy: 'admin:x', life: 3_600_000 }
    const link = await gatepass.database.write(tx => insertAccountLink(tx, made, gatepass.clock.now()))
    const url = `${issuer}/account/password?token=${link.token}`
    const other = new Person(gatepass)
    const weak = await other.fill(url, { password: 'short', repeated: 'short' })
    t.equal(weak.statusCode, 400)
    t.match(weak.body, 'It needs at least 15 characters.')
    const forged = await other.fill(url, { password: NEW, repeated: NEW }, { origin: 'https://evil.test' })
    t.equal(forged.statusCode, 403)
    const set = await other.fill(url, { password: NEW, repeated: NEW })
    t.equal(set.headers.location, '/login?done=password-set')
    t.match((await other.get(`${issuer}/login?done=password-set`)).body, 'Your password is set.')
    t.equal((await user(gatepass, token)).statusCode, 401)
    t.equal((await ada.get(`${issuer}/account`)).headers.location, '/login')
    t.equal((await other.get(url)).statusCode, 400, 'once')
    t.equal((await other.signIn('ada', undefined, NEW)).statusCode, 303)
  })

  t.test('of ten that set a password by one link at once, one does', async t => {
    const { gatepass, account } = await world(t)
    const made = { accountId: account.id, createdBy: 'admin:x', life: 3_600_000 }
    const link = await gatepass.database.write(tx => insertAccountLink(tx, made, gatepass.clock.now()))
    const other = new Person(gatepass)
    const page = await other.get(`${issuer}/account/password?token=${link.token}`)
    const words = Array.from({ length: 10 }, (_, index) => `${NEW} number ${index}`)
    const answers = await Promise.all(
      words.map(password => other.send(page, { password, repeated: password })),
    )
    const statuses = answers.map(({ statusCode }) => statusCode)
    t.strictSame(statuses.toSorted(), [303, ...Array(9).fill(400)])
    const taken = words[statuses.indexOf(303)]!
    t.equal((await other.signIn('ada', undefined, taken)).statusCode, 303, 'and it is the password')
  })

  t.test("an address is proved by a link that was mailed there, and by no administrator's", async t => {
    const mail = await startMailServer(t)
    const { gatepass, ada, account, target } = await world(t, {
      SMTP_URL: mail.url,
      MAIL_FROM: 'help@example.com',
    })
    await gatepass.database.write(tx =>
      tx.updateTable('accounts').set({ email_verified_at: null }).where('id', '=', account.id).execute(),
    )
    const emailAfter = async (url: string) => {
      t.equal((await new Person(gatepass).fill(url, { password: NEW, repeated: NEW })).statusCode, 303)
      gatepass.clock.seconds(1)
      return (await user(gatepass, tokenIn(await ada.signIn('ada', target, NEW)))).json().email
    }
    const made = { accountId: account.id, createdBy: 'admin:x', life: 3_600_000 }
    const link = await gatepass.database.write(tx => insertAccountLink(tx, made, gatepass.clock.now()))
    t.equal(await emailAfter(`${issuer}/account/password?token=${link.token}`), '')
    await new Person(gatepass).fill(`${issuer}/account/forgot`, { username: 'ada' })
    const { text } = await mail.next()
    const url = new RegExp(`${issuer}/account/password\\?token=[\\w-]{43}`).exec(text)![0]
    t.equal(await emailAfter(url), 'ada@example.com')
  })

  t.test('a forgotten password: the same page for everybody, and a mail for who has an account', async t => {
    const mail = await startMailServer(t)
    const { gatepass, target, ada } = await world(t, {
      SMTP_URL: mail.url,
      MAIL_FROM: 'Help <help@example.com>',
    })
    const token = tokenIn(await ada.signIn('ada', target))
    await user(gatepass, token)
    const ask = (username: string) => new Person(gatepass).fill(`${issuer}/account/forgot`, { username })
    const [known, nobody] = [await ask('Ada@Example.com'), await ask('nobody@example.com')]
    t.equal(known.statusCode, 200)
    t.equal(known.body, nobody.body)
    const { to, text } = await mail.next()
    t.equal(to, 'ada@example.com')
    t.match(text, 'Subject: Set a new password')
    t.match(text, 'Hello Ada Example,')
    const url = new RegExp(`${issuer}/account/password\\?token=[\\w-]{43}`).exec(text)![0]
    gatepass.clock.seconds(3599)
    const other = new Person(gatepass)
    t.equal((await other.fill(url, { password: NEW, repeated: NEW })).statusCode, 303)
    t.equal((await user(gatepass, token)).statusCode, 401)
    t.equal((await other.signIn('ada', target, NEW)).statusCode, 302)

    for (let asked = 0; asked < 5; asked++) await ask('ada')
    for (let links = 0; links < 2; links++) await mail.next()
    await gatepass.app.close()
    t.equal(mail.count(), 3, 'three an hour for one account, however often somebody asks')
    t.notMatch(gatepass.log(), new URL(url).searchParams.get('token'))
  })
})

t.test('refuses', async t => {
  t.test('a link that is too old, and asking where no mail is sent', async t => {
    const { gatepass, account } = await world(t)
    const made = { accountId: account.id, createdBy: 'x', life: 3_600_000 }
    const link = await gatepass.database.write(tx => insertAccountLink(tx, made, gatepass.clock.now()))
    gatepass.clock.seconds(3600)
    for (const token of [link.token, 'x', '']) {
      const page = await gatepass.get(`${issuer}/account/password?token=${token}`)
      t.equal(page.statusCode, 400)
      t.match(page.body, 'This link does not work any more')
    }
    const forgot = await gatepass.get(`${issuer}/account/forgot`)
    t.match(forgot.body, 'This server sends no mail.')
    t.notMatch(forgot.body, '<form')
  })

  t.test('nobody waits for the mail server, for the wait would tell who has an account', async t => {
    const mail = await startMailServer(t)
    const { gatepass } = await world(t, { SMTP_URL: mail.url, MAIL_FROM: 'help@example.com' })
    const goOn = mail.hold()
    const answer = await new Person(gatepass).fill(`${issuer}/account/forgot`, { username: 'ada' })
    t.equal(answer.statusCode, 200)
    goOn()
    t.equal((await mail.next()).to, 'ada@example.com')
  })

  t.test('links and mails of somebody who was disabled, and links before a new password', async t => {
    const mail = await startMailServer(t)
    const { gatepass, account } = await world(t, { SMTP_URL: mail.url, MAIL_FROM: 'help@example.com' })
    const link = async () => {
      const made = { accountId: account.id, createdBy: 'x', life: 3_600_000 }
      const { token } = await gatepass.database.write(tx => insertAccountLink(tx, made, gatepass.clock.now()))
      return `${issuer}/account/password?token=${token}`
    }
    const [first, second, third] = [await link(), await link(), await link()]
    const browser = new Person(gatepass)
    const open = await browser.get(third)
    t.equal((await browser.fill(first, { password: NEW, repeated: NEW })).statusCode, 303)
    t.equal((await browser.get(second)).statusCode, 400, 'older links are worth nothing any more')
    const form = { password: `${NEW} again`, repeated: `${NEW} again` }
    t.equal((await browser.send(open, form)).statusCode, 400, 'nor is it taken where its page is open')
    t.equal((await browser.signIn('ada', undefined, NEW)).statusCode, 303)

    const last = await link()
    const page = await browser.get(last)
    t.equal(page.statusCode, 200)
    await gatepass.database.write(tx =>
      tx.updateTable('accounts').set({ disabled_at: 1 }).where('id', '=', account.id).execute(),
    )
    t.equal((await browser.get(last)).statusCode, 400)
    t.equal((await browser.send(page, form)).statusCode, 400)
    await browser.fill(`${issuer}/account/forgot`, { username: 'ada' })
    await gatepass.app.close()
    t.equal(mail.count(), 0)
  })

  t.test("ending a session of somebody else's", async t => {
    const { gatepass, acme, account, ada, target } = await world(t)
    await person(gatepass, 'eve', [acme])
    const token = tokenIn(await ada.signIn('ada', target))
    t.equal((await user(gatepass, token)).statusCode, 200)
    const eve = new Person(gatepass)
    await eve.signIn('eve')
    const page = await eve.get(`${issuer}/account`)
    const [session] = await listAccountSessions(gatepass.database.read, account.id)
    for (const which of [sidOf(session!.key), account.id, 'others'])
      await eve.send(page, { session: which }, undefined, '/account/end-session')
    t.equal((await user(gatepass, token)).statusCode, 200)
    const own = await ada.get(`${issuer}/account`)
    await ada.send(own, { session: sidOf(session!.key) }, undefined, '/account/end-session')
    t.equal((await user(gatepass, token)).statusCode, 401)
  })

  t.test('a mail server that takes nothing: logged, and shown to administrators', async t => {
    const mail = await startMailServer(t)
    mail.refuse('550 no such mailbox here')
    const { gatepass } = await world(t, { SMTP_URL: mail.url, MAIL_FROM: 'help@example.com' })
    await new Person(gatepass).fill(`${issuer}/account/forgot`, { username: 'ada' })
    const attention = () =>
      findAttention(
        { ...gatepass.rules, registry: createRegistry(gatepass.database.read), keyRotationDays: 90 },
        { projects: 'all' },
      )
    let items = await attention()
    for (let look = 0; look < 200 && !items.some(({ kind }) => kind === 'mail_failing'); look++)
      items = await attention()
    t.match(items, [{ kind: 'mail_failing', severity: 'error', detail: /no such mailbox here/ }])
    await gatepass.app.close()
    t.match(gatepass.log(), 'no such mailbox here')
  })

  t.test('twenty questions an hour from one address', async t => {
    const mail = await startMailServer(t)
    const { gatepass } = await world(t, { SMTP_URL: mail.url, MAIL_FROM: 'help@example.com' })
    const asking = new Person(gatepass)
    const page = await asking.get(`${issuer}/account/forgot`)
    for (let asked = 0; asked < 20; asked++)
      t.equal((await asking.send(page, { username: 'nobody' })).statusCode, 200)
    const slow = await asking.send(page, { username: 'ada' })
    t.equal(slow.statusCode, 429)
    t.match(slow.body, /Wait \d+ minutes?, then try again\./)
    t.match(slow.headers['retry-after'], /^\d+$/)
  })

  t.test('forms of other pages', async t => {
    const { gatepass, ada } = await world(t)
    await ada.signIn('ada')
    const page = await ada.get(`${issuer}/account`)
    for (const path of ['/account/change-password', '/account/end-session', '/account/forgot']) {
      const form = { session: 'all', current: PASSWORD, password: NEW, repeated: NEW, username: 'ada' }
      t.equal((await ada.send(page, form, { origin: 'https://evil.test' }, path)).statusCode, 403, path)
      t.equal((await ada.send(page, { ...form, form_token: 'x' }, undefined, path)).statusCode, 403, path)
      t.equal((await ada.jar().post({ url: issuer + path, form })).statusCode, 403, `${path} without a token`)
    }
    t.equal((await ada.get(`${issuer}/account`)).statusCode, 200)
    t.equal((await ada.get(login())).headers.location, '/account')
    t.equal((await new Person(gatepass).signIn('ada')).statusCode, 303)
  })
})
