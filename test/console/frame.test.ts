import { Secret, TOTP } from 'otpauth'
import t from 'tap'
import { createOwnerLink } from '../../src/administrators/hand-out-link.ts'
import { TOKEN_FIELD } from '../../src/console/forgery.ts'
import { Jar } from '../jar.ts'
import { issuer, startApp, type TestApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const password = 'correct horse battery'
const tokenIn = (page: string) => /name="form_token" value="([^"]+)"/.exec(page)![1]!
const fieldIn = (page: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)![1]!

/** Becomes an owner through a one-time link, as a browser does. */
async function becomeOwner(gatepass: TestApp, fields: Record<string, string> = {}) {
  const { token } = await createOwnerLink(gatepass.rules, gatepass.actor)
  const jar = new Jar(gatepass.app)
  const page = await jar.get(`${issuer}/console/welcome?token=${token}`)
  const answer = await jar.post({
    url: `${issuer}/console/welcome`,
    form: {
      [TOKEN_FIELD]: tokenIn(page.body),
      link: token,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      password,
      repeated: password,
      ...fields,
    },
  })
  return { jar, link: token, answer }
}

async function signIn(
  gatepass: TestApp,
  form: Record<string, string>,
  path = '/console/sign-in',
  jar = new Jar(gatepass.app),
) {
  const page = await jar.get(`${issuer}/console/sign-in`)
  const answer = await jar.post({ url: issuer + path, form: { [TOKEN_FIELD]: tokenIn(page.body), ...form } })
  return { jar, answer }
}

t.test('works: the first administrator comes in by a link, signs out, and signs in by password', async t => {
  const gatepass = await startApp(t)
  const stranger = await gatepass.get(`${issuer}/console/sign-in`)
  t.match(stranger.body, /There is no administrator yet/)

  const { jar, answer } = await becomeOwner(gatepass)
  t.equal(answer.headers.location, '/console?done=welcome')
  t.match(
    (await jar.get(`${issuer}/console?done=welcome`)).body,
    /You are an administrator of this Gatepass now/,
  )

  const home = await jar.get(`${issuer}/console`)
  const left = await jar.post({
    url: `${issuer}/console/sign-out`,
    form: { [TOKEN_FIELD]: tokenIn(home.body) },
  })
  t.equal(left.statusCode, 303)
  t.equal((await jar.get(`${issuer}/console`)).statusCode, 303, 'signed out')

  const again = await signIn(gatepass, { email: 'ADA@example.com', password, next: '/console/account' })
  t.equal(again.answer.headers.location, '/console/account', 'to where they wanted')
  t.match((await again.jar.get(`${issuer}/console/account`)).body, /Ada Lovelace/)
  const audit = await gatepass.database.read
    .selectFrom('audit_events')
    .select('action')
    .orderBy('id')
    .execute()
  t.same(
    audit
      .map(({ action }) => action)
      .filter(action => action.startsWith('administrator.'))
      .sort(),
    ['administrator.create', 'administrator.owner-link', 'administrator.sign-in'],
  )
})

t.test('works: a second factor is switched on, asked for, and switched off', async t => {
  const gatepass = await startApp(t)
  const { jar } = await becomeOwner(gatepass)
  const page = await jar.get(`${issuer}/console/account/second-factor`)
  const key = /data-copy tabindex="0">([A-Z2-7 ]+)</.exec(page.body)![1]!.replaceAll(' ', '')
  t.match(page.body, /<svg/, 'with a picture to scan')
  const totp = new TOTP({ secret: Secret.fromBase32(key) })
  const now = () => totp.generate({ timestamp: gatepass.clock.now() })

  const enrol = (form: Record<string, string>) =>
    jar.post({
      url: `${issuer}/console/account/second-factor`,
      form: { [TOKEN_FIELD]: tokenIn(page.body), sealed: fieldIn(page.body, 'sealed'), ...form },
    })
  t.match((await enrol({ digits: '000000', current: password })).body, /Are not those that the app shows now/)
  t.match((await enrol({ digits: now(), current: 'wrong' })).body, /Is not your password/)
  t.equal(
    (await enrol({ digits: now(), current: password })).headers.location,
    '/console/account?done=second-factor-on',
  )

  gatepass.clock.advance(60_000)
  const first = await signIn(gatepass, { email: 'ada@example.com', password })
  t.match(first.answer.body, /Six digits/)
  t.equal((await first.jar.get(`${issuer}/console`)).statusCode, 303, 'the password alone opens nothing')
  const step = (jar: Jar, typed: string) =>
    jar.post({
      url: `${issuer}/console/sign-in/second-step`,
      form: {
        [TOKEN_FIELD]: tokenIn(first.answer.body),
        second_step: fieldIn(first.answer.body, 'second_step'),
        digits: typed,
      },
    })
  t.equal((await step(first.jar, '000000')).statusCode, 403)
  const used = now()
  t.equal((await step(first.jar, used)).headers.location, '/console')
  t.match((await step(first.jar, used)).body, /used already/, 'digits are good once')
  t.equal((await first.jar.get(`${issuer}/console`)).statusCode, 200)

  gatepass.clock.advance(6 * 60_000)
  const late = await step(first.jar, now())
  t.match(late.body, /took too long/, 'the first step is good for five minutes')

  const account = await first.jar.get(`${issuer}/console/account`)
  const off = await first.jar.post({
    url: `${issuer}/console/account/second-factor/remove`,
    form: { [TOKEN_FIELD]: tokenIn(account.body), current_for_second_factor: password },
  })
  t.equal(off.headers.location, '/console/account?done=second-factor-off')
})

t.test('works: a new password ends the other sessions', async t => {
  const gatepass = await startApp(t)
  const { jar } = await becomeOwner(gatepass)
  const elsewhere = (await signIn(gatepass, { email: 'ada@example.com', password })).jar
  const page = await jar.get(`${issuer}/console/account`)
  t.match(page.body, /Sign out everywhere else/)
  const change = (form: Record<string, string>) =>
    jar.post({
      url: `${issuer}/console/account/password`,
      form: { [TOKEN_FIELD]: tokenIn(page.body), ...form },
    })
  const weak = await change({ current: password, password: 'ada lovelace', repeated: 'ada lovelace' })
  t.equal(weak.statusCode, 400)
  t.match(weak.body, /Is easy to guess/)
  const fresh = 'staple that was not there'
  t.equal((await change({ current: 'nonsense', password: fresh, repeated: fresh })).statusCode, 400)
  t.equal((await change({ current: password, password: fresh, repeated: fresh })).statusCode, 303)
  t.equal((await elsewhere.get(`${issuer}/console`)).statusCode, 303, 'signed out elsewhere')
  t.equal((await jar.get(`${issuer}/console`)).statusCode, 200, 'and not here')
})

t.test('refuses: sessions that slept an hour or lived a working day', async t => {
  const gatepass = await startApp(t)
  const admin = await administrator(gatepass)
  for (let minutes = 0; minutes < 11 * 60; minutes += 50) {
    gatepass.clock.advance(50 * 60_000)
    t.equal((await admin.get('/console')).statusCode, 200, `${minutes + 50} minutes, never idle for an hour`)
  }
  gatepass.clock.advance(50 * 60_000)
  t.equal((await admin.get('/console')).statusCode, 303, 'past twelve hours')

  const sleeper = await administrator(gatepass, { email: 'sleeper@example.com' })
  gatepass.clock.advance(60 * 60_000)
  t.equal((await sleeper.get('/console')).statusCode, 303, 'an hour without a click')
})

t.test('refuses: links that were used, are too old, or were cut off', async t => {
  const gatepass = await startApp(t)
  const { link } = await becomeOwner(gatepass)
  const open = (token: string) => gatepass.get(`${issuer}/console/welcome?token=${token}`)
  t.equal((await open(link)).statusCode, 400, 'used')
  t.equal((await open(link.slice(1))).statusCode, 400, 'cut off')
  t.equal((await gatepass.get(`${issuer}/console/welcome`)).statusCode, 400, 'no token')
  const { token } = await createOwnerLink(gatepass.rules, gatepass.actor)
  t.equal((await open(token)).statusCode, 200, 'looking spends nothing')
  gatepass.clock.advance(60 * 60_000)
  t.equal((await open(token)).statusCode, 400, 'an hour later')
})

t.test('refuses: what was typed wrong is said at its field, and stays typed', async t => {
  const gatepass = await startApp(t)
  const { answer } = await becomeOwner(gatepass, {
    email: 'not an address',
    password: 'short',
    repeated: 'other',
  })
  t.equal(answer.statusCode, 400)
  t.match(answer.body, /Must be an e-mail address/)
  t.match(answer.body, /At least 12 characters|Must have at least 12/)
  t.match(answer.body, /Must be the same as the password/)
  t.match(answer.body, /value="Ada Lovelace"/)
  t.notMatch(answer.body, /value="short"/, 'a password never comes back')
})

t.test('resists: the page to go on to is one of the console', async t => {
  const gatepass = await startApp(t)
  await becomeOwner(gatepass)
  for (const next of [
    'https://evil.test',
    '//evil.test',
    '/console/../../evil',
    '/console//evil.test',
    '/console\\evil',
    '/console@evil.test',
    '/consolex',
    '/console?\r\nset-cookie: x=1',
    '/console/%2e%2e/x',
    '/console/sign-in?next=/console/sign-in',
  ]) {
    const { answer } = await signIn(gatepass, { email: 'ada@example.com', password, next })
    t.equal(answer.headers.location, '/console', next)
  }
})

t.test('resists: two session cookies, a made-up one, and a session that a stranger planted', async t => {
  const gatepass = await startApp(t)
  const admin = await administrator(gatepass)
  const cookie = `gatepass_console=${admin.jar.value('gatepass_console')}`
  t.equal(
    (await gatepass.get(`${issuer}/console`, { cookie: `${cookie}; gatepass_console=x` })).statusCode,
    400,
  )
  t.equal((await gatepass.get(`${issuer}/console`, { cookie: 'gatepass_console=x' })).statusCode, 303)
  const planted = new Jar(gatepass.app, [['gatepass_console', 'A'.repeat(43)]])
  await becomeOwner(gatepass)
  const { answer } = await signIn(
    gatepass,
    { email: 'ada@example.com', password },
    '/console/sign-in',
    planted,
  )
  t.equal(answer.statusCode, 303)
  t.not(planted.value('gatepass_console'), 'A'.repeat(43), 'signing in makes a session of its own')
})

t.test('resists: what a project is called does nothing on any page', async t => {
  const gatepass = await startApp(t)
  const name = '"><img src=x onerror=alert(1)>'
  const acme = await gatepass.project({ name })
  await gatepass.group(acme, 'staff', name)
  const admin = await administrator(gatepass, { name })
  for (const path of ['/console', '/console/account', '/console/projects/acme/groups']) {
    const { body } = await admin.get(path)
    t.notMatch(body, /<img/, path)
    t.match(body, /&#60;img/, path)
  }
})

t.test('reader groups', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  await gatepass.project({ slug: 'other' })
  const admin = await administrator(gatepass)
  const path = '/console/projects/acme/groups'

  t.test('works: they are made, renamed and deleted', async t => {
    t.match((await admin.get(path)).body, /No group yet/)
    t.match((await admin.save(path, { name: 'Staff', slug: 'staff' })).body, /The group is there/)
    t.match(
      (await admin.save(`${path}/staff`, { what: 'rename', name: 'Crew', version: '1' })).body,
      /<h2>Crew</,
    )
    t.match(
      (await admin.save(`${path}/staff`, { what: 'delete', version: '2' })).body,
      /The group is deleted/,
    )
  })

  t.test('refuses: wrong fields, a taken slug, one that a rule names, and a stale form', async t => {
    const wrong = await admin.post(path, { name: '', slug: 'Not A Slug' })
    t.equal(wrong.statusCode, 400)
    t.match(wrong.body, /Must be 1 to 63 lower-case letters/)
    await admin.save(path, { name: 'Staff', slug: 'staff' })
    t.equal((await admin.post(path, { name: 'Staff', slug: 'staff' })).statusCode, 409)
    await admin.save(`${path}/staff`, { what: 'rename', name: 'Crew', version: '1' })
    const late = await admin.post(`${path}/staff`, { what: 'rename', name: 'Team', version: '1' })
    t.equal(late.statusCode, 412)
    t.match(late.body, /changed by somebody else/)
    t.match(late.body, /Stored now: <code>Crew</, 'both are to be seen')
    t.match(late.body, /value="Team"/)
    t.equal((await admin.post(`${path}/none`, { what: 'rename', name: 'x', version: '1' })).statusCode, 404)
  })

  t.test('resists: without the right, and for a project of somebody else', async t => {
    const reader = await administrator(gatepass, { role: 'read_only' })
    t.notMatch((await reader.get(path)).body, /Make the group/)
    t.equal((await reader.post(path, { name: 'x', slug: 'x' })).statusCode, 403)
    const foreign = await administrator(gatepass, { role: 'project_administrator', projects: [acme.id] })
    t.equal((await foreign.get(path)).statusCode, 200)
    t.equal((await foreign.get('/console/projects/other/groups')).statusCode, 404)
    t.equal((await foreign.post('/console/projects/other/groups', { name: 'x', slug: 'x' })).statusCode, 404)
    t.notMatch((await foreign.get('/console')).body, /other\.test/, 'it is not even listed')
    t.equal((await foreign.get('/console/new-project')).statusCode, 403)
  })
})
