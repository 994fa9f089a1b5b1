// Contract, section 7: the central login page as services and their users meet it.
import t from 'tap'
import { issuer, startApp } from '../start-app.ts'
import { login, PASSWORD, Person, person, projectOfAccounts, tokenIn, user } from './people.ts'

const invalid = { error: 'invalid_session' }

t.test('works', async t => {
  const gatepass = await startApp(t)
  const acme = await projectOfAccounts(gatepass, 'acme', {
    allowedRedirects: ['https://tools.example/app'],
  })
  const editors = await gatepass.group(acme, 'editors')
  await person(gatepass, 'ada', [acme], [editors.id])
  const target = `${acme.siteUrl}/wiki/page?a=1&b=%20#part`

  t.test('a form, then the target with its own query and a token', async t => {
    const ada = new Person(gatepass)
    const form = await ada.get(login(target))
    t.equal(form.statusCode, 200)
    t.match(form.body, /<h1>Sign in to Acme<\/h1>/)
    t.match(form.body, /autocomplete="username"/)
    t.match(form.body, /autocomplete="current-password"/)
    t.match(form.headers['content-security-policy'], `form-action 'self' ${acme.siteUrl}`)
    const sent = await ada.send(form, { username: 'ADA', password: PASSWORD })
    t.equal(sent.statusCode, 302)
    const token = tokenIn(sent)
    t.equal(
      sent.headers.location,
      `${acme.siteUrl}/wiki/page?a=1&b=%20&ssoToken=${token}&ssoSessionId=${token}#part`,
    )
    t.match(sent.headers['cache-control'], /no-store/)
    t.equal(sent.headers['referrer-policy'], 'no-referrer')

    const answer = await user(gatepass, token)
    t.equal(answer.statusCode, 200)
    const now = gatepass.clock.now()
    t.same(answer.json(), {
      username: 'ada',
      email: 'ada@example.com',
      name: 'Ada Example',
      groups: ['editors'],
      expiresAt: Math.floor((now + 3_600_000) / 1000),
    })
    t.same((await gatepass.get(`${issuer}/id.json/${token}`)).json(), answer.json())
    t.match(answer.headers['cache-control'], /no-store/)
  })

  t.test('who is signed in is sent on at once, with a token of its own for each service', async t => {
    const ada = new Person(gatepass)
    const first = tokenIn(await ada.signIn('ada@example.com', target))
    const again = await ada.get(login('https://tools.example/app/x'))
    t.equal(again.statusCode, 302)
    t.match(again.headers.location, /^https:\/\/tools\.example\/app\/x\?ssoToken=/)
    t.not(tokenIn(again), first)
    t.equal((await user(gatepass, tokenIn(again))).statusCode, 200)
    t.equal((await user(gatepass, first)).statusCode, 200)
  })

  t.test('a target in base64 and base64url, and one with the token of the session before', async t => {
    const ada = new Person(gatepass)
    await ada.signIn('ada')
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(`${target}&k=>?~`.replace('#part', '')).toString(encoding)
      const plain = Buffer.from(target).toString(encoding)
      t.equal((await ada.get(login(encoded))).statusCode, 400, 'what is no URL stays none')
      t.match((await ada.get(login(plain))).headers.location, `${acme.siteUrl}/wiki/page?a=1`)
      t.equal((await ada.get(`${issuer}/login?target=${plain}`)).statusCode, 302, 'unescaped')
    }
    const old = await ada.get(login(`${acme.siteUrl}/x?ssoToken=old&y=1&ssoSessionId=old`))
    t.match(old.headers.location, /\/x\?y=1&ssoToken=[\w-]{43}&ssoSessionId=[\w-]{43}$/)
  })

  t.test('without a target people come to their account', async t => {
    const ada = new Person(gatepass)
    const sent = await ada.signIn('ada')
    t.equal(sent.statusCode, 303)
    t.equal(sent.headers.location, '/account')
    t.equal((await ada.get(`${issuer}/login`)).headers.location, '/account')
  })

  t.test('a program that is no browser posts name, password and target', async t => {
    const sent = await new Person(gatepass).jar().post({
      url: `${issuer}/login`,
      form: { username: 'ada', password: PASSWORD, target },
    })
    t.equal(sent.statusCode, 302)
    t.equal((await user(gatepass, tokenIn(sent))).statusCode, 200)
  })

  t.test('asking keeps the sign-in alive: an hour after the last question it is over', async t => {
    const ada = new Person(gatepass)
    const token = tokenIn(await ada.signIn('ada', target))
    for (let asked = 0; asked < 11; asked++) {
      t.equal((await user(gatepass, token)).statusCode, 200, `question ${asked}`)
      gatepass.clock.seconds(59 * 60)
    }
    const last = await user(gatepass, token)
    t.equal(last.statusCode, 200)
    t.ok(last.json().expiresAt * 1000 <= gatepass.clock.now() + 3_600_000)
    gatepass.clock.seconds(3600)
    const over = await user(gatepass, token)
    t.equal(over.statusCode, 401)
    t.same(over.json(), invalid)
    t.match(await gatepass.lastStep(), { step: 'swap', outcome: 'failed', reason: 'session_over' })
    t.equal((await ada.get(login(target))).statusCode, 200, 'and the form is back')
  })

  t.test('and after twelve hours, however often they ask', async t => {
    const ada = new Person(gatepass)
    const token = tokenIn(await ada.signIn('ada', target))
    for (let minutes = 0; minutes < 719; minutes += 30) {
      t.equal((await user(gatepass, token)).statusCode, 200)
      gatepass.clock.seconds(30 * 60)
    }
    t.same((await user(gatepass, token)).json(), invalid)
  })

  t.test('and after twelve hours, however often the browser comes', async t => {
    const ada = new Person(gatepass)
    await ada.signIn('ada')
    for (let minutes = 0; minutes < 720; minutes += 30) {
      t.equal((await ada.get(`${issuer}/account`)).statusCode, 200)
      gatepass.clock.seconds(30 * 60)
    }
    t.equal((await ada.get(`${issuer}/account`)).headers.location, '/login')
    t.equal((await ada.get(login(target))).statusCode, 200, 'the form')
  })

  t.test('the timeline tells of the sign-in', async t => {
    const ada = new Person(gatepass)
    const sent = await ada.signIn('ada', target)
    await user(gatepass, tokenIn(sent))
    t.match(await gatepass.attempt(String(sent.headers['x-trace-id'])), [
      { step: 'code', outcome: 'passed', detail: { issuer: 'account', target: acme.siteUrl } },
      { step: 'swap', outcome: 'passed', detail: { opens: 'sso' } },
    ])
  })
})
