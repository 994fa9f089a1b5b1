// Projects of the standard `accounts`: the site sends its readers to the login page here, and gets them with a code.
import t from 'tap'
import { listProjects } from '../../src/projects/project-store.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { endAccountSessions } from '../../src/sessions/end-account-sessions.ts'
import { register, requestOf, swap } from '../oidc/world.ts'
import { deliveryOf, readLogoutToken, startRelyingParty } from '../relying-party.ts'
import { issuer, startApp } from '../start-app.ts'
import { hiddenOf, login, PASSWORD, Person, person, projectOfAccounts, tokenIn, user } from './people.ts'

async function world(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  const acme = await projectOfAccounts(gatepass, 'acme')
  const wiki = await projectOfAccounts(gatepass, 'wiki', { name: 'Wiki' })
  const account = await person(gatepass, 'ada', [acme, wiki])
  return { gatepass, acme, wiki, account, ada: new Person(gatepass) }
}

t.test('works', async t => {
  t.test('one sign-in opens two sites and a service, and one sign-off ends all three', async t => {
    const { gatepass, acme, wiki, ada } = await world(t)
    const sent = await ada.follow(await ada.get(`${acme.siteUrl}/page?x=1`))
    t.match(sent.url, new RegExp(`^${issuer}/login/acme\\?RedirectPath=%2Fpage%3Fx%3D1&state=`))
    t.match(sent.response.body, /<h1>Sign in to Acme<\/h1>/)
    const signedIn = await ada.send(sent.response, { username: 'ada', password: PASSWORD })
    t.equal(signedIn.statusCode, 303)
    const arrived = await ada.follow(signedIn)
    t.equal(arrived.url, `${acme.siteUrl}/page?x=1`)
    t.equal((await ada.get(`${acme.siteUrl}/gate/userinfo`)).json().email, 'ada@example.com')

    const other = await ada.follow(await ada.get(`${wiki.siteUrl}/`))
    t.equal(other.url, `${wiki.siteUrl}/`, 'straight through')
    t.equal((await ada.get(`${wiki.siteUrl}/gate/userinfo`)).statusCode, 200)
    const token = tokenIn(await ada.get(login(acme.siteUrl)))
    t.equal((await user(gatepass, token)).statusCode, 200)

    const off = await ada.get(`${issuer}/logout`)
    t.match(off.body, 'You are signed out')
    for (const site of [acme, wiki])
      t.equal((await ada.get(`${site.siteUrl}/gate/userinfo`)).statusCode, 401, site.slug)
    t.equal((await user(gatepass, token)).statusCode, 401)
    t.equal((await ada.get(login(acme.siteUrl))).statusCode, 200, 'the form again')
    const steps = await gatepass.attempt(hiddenOf(sent.response).state!)
    t.same(
      steps.map(({ step, outcome }) => [step, outcome]),
      [
        ['redirect', 'passed'],
        ['code', 'passed'],
        ['swap', 'passed'],
      ],
    )
  })

  t.test('signing out at one site signs off everywhere', async t => {
    const { acme, wiki, ada } = await world(t)
    await ada.follow(await ada.signIn('ada', acme.siteUrl))
    for (const site of [acme, wiki]) await ada.follow(await ada.get(`${site.siteUrl}/`))
    await ada.get(`${wiki.siteUrl}/logout`)
    t.equal((await ada.get(`${acme.siteUrl}/gate/userinfo`)).statusCode, 401)
    t.equal((await ada.get(login())).statusCode, 200)
  })

  t.test('an OpenID Connect client signs in through it, and is told of the sign-off', async t => {
    const { gatepass, acme, ada } = await world(t)
    const told = await startRelyingParty(t)
    const made = await register(gatepass, acme, { backchannelLogoutUri: told.uri })
    const form = await ada.follow(await ada.get(String(requestOf(made.clientId))))
    t.match(form.url, `${issuer}/login/acme`)
    const going = await ada.send(form.response, { username: 'ada', password: PASSWORD })
    t.equal(going.statusCode, 200, 'a page leads on, because forms may not end at other origins')
    const callback = /http-equiv="refresh" content="0; url=([^"]*)"/.exec(going.body)![1]!
    let at = await ada.get(
      callback.replaceAll('&amp;', '&').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
    )
    let code: string | null = null
    for (let hop = 0; hop < 6 && !code; hop++) {
      const url = new URL(String(at.headers.location))
      if (url.origin !== issuer && url.origin !== acme.siteUrl) code = url.searchParams.get('code')
      else at = await ada.get(url.href)
    }
    const tokens = await swap(gatepass, made, code)
    t.equal(tokens.statusCode, 200, tokens.body)
    await ada.get(`${issuer}/logout`)
    await deliveryOf(gatepass).deliverDue()
    t.equal(told.tokens().length, 1)
    t.ok(await readLogoutToken(gatepass, told.tokens()[0]!, made.clientId))
  })

  t.test('prompt=login asks again, prompt=none asks nobody', async t => {
    const { gatepass, acme, ada } = await world(t)
    const none = await ada.get(`${issuer}/login/acme?prompt=none&state=x`)
    t.equal(none.headers.location, `${acme.siteUrl}/jwt/authorize?error=login_required&state=x`)
    t.match(await gatepass.lastStep(), { reason: 'login_required' })
    await ada.signIn('ada', acme.siteUrl)
    t.match((await ada.get(`${issuer}/login/acme?prompt=none`)).headers.location, /authorize\?code=/)
    const again = await ada.get(`${issuer}/login/acme?prompt=login`)
    t.match(again.body, 'You are asked again')
    t.match(again.body, /name="username"[^>]*value="ada"/)
    const hinted = await new Person(gatepass).get(`${issuer}/login/acme?login_hint=eve%22%3E&ui_locales=de`)
    t.match(hinted.body, /name="username" type="text" value="eve&#?\w+;&#?\w+;"/)
    t.match(hinted.body, 'Anmelden bei Acme')
    t.equal(hiddenOf(hinted).ui_locales, 'de')
  })
})

t.test('refuses', async t => {
  t.test('who is no member, and whom nobody admits any more, at every door', async t => {
    const { gatepass, acme } = await world(t)
    await person(gatepass, 'eve')
    const eve = new Person(gatepass)
    const refused = await eve.signIn('eve', acme.siteUrl)
    t.equal(refused.statusCode, 403)
    t.match(refused.body, 'Your account is not admitted here')
    t.equal((await eve.get(`${issuer}/login/acme`)).statusCode, 403)
    t.match(await gatepass.lastStep(), { step: 'code', reason: 'account_not_member' })
    await updateProject(gatepass.rules, gatepass.actor, 'acme', { accountAdmission: 'anyone' })
    const letIn = await eve.get(login(acme.siteUrl))
    t.equal(letIn.statusCode, 302)
    const token = tokenIn(letIn)
    t.equal((await user(gatepass, token)).statusCode, 200)
    await updateProject(gatepass.rules, gatepass.actor, 'acme', { accountAdmission: 'members' })
    t.equal((await user(gatepass, token)).statusCode, 401, 'what has changed since counts')
    t.match(await gatepass.lastStep(), { step: 'swap', reason: 'account_not_member' })
    await updateProject(gatepass.rules, gatepass.actor, 'acme', { standard: 'openid' })
    t.equal((await eve.get(`${issuer}/login/acme`)).statusCode, 403)
    t.match(await gatepass.lastStep(), { reason: 'other_standard' })
    t.equal((await eve.get(`${issuer}/login/nobody`)).statusCode, 404)
  })

  t.test('a code in the address bar of another browser', async t => {
    const { gatepass, acme, ada } = await world(t)
    const form = await ada.follow(await ada.get(`${acme.siteUrl}/page`))
    const sent = await ada.send(form.response, { username: 'ada', password: PASSWORD })
    const callback = String(sent.headers.location)
    t.match(callback, `${acme.siteUrl}/jwt/authorize?code=`)
    const other = new Person(gatepass)
    t.equal((await other.get(callback)).statusCode, 400)
    t.equal((await other.get(`${acme.siteUrl}/gate/userinfo`)).statusCode, 401)
  })

  t.test('a token of a project that was closed since, and of who was blocked or disabled', async t => {
    const { gatepass, acme, wiki, account, ada } = await world(t)
    const token = tokenIn(await ada.signIn('ada', acme.siteUrl))
    const other = tokenIn(await ada.get(login(wiki.siteUrl)))
    const refused = async (reason: string, asked = token) => {
      t.equal((await user(gatepass, asked)).statusCode, 401, reason)
      t.match(await gatepass.lastStep(), { step: 'swap', outcome: 'failed', reason })
    }
    t.equal((await user(gatepass, token)).statusCode, 200)
    t.equal((await user(gatepass, other)).statusCode, 200)
    const change = (settings: Parameters<typeof updateProject>[3]) =>
      updateProject(gatepass.rules, gatepass.actor, 'acme', settings)
    const noToken = async (reason: string) => {
      const answer = await ada.get(login(acme.siteUrl))
      t.equal(answer.statusCode, 403, reason)
      t.notOk(answer.headers.location)
      t.match(await gatepass.lastStep(), { step: 'code', outcome: 'failed', reason })
    }
    await change({ jwtEnabled: false })
    await refused('jwt_off')
    await noToken('jwt_off')
    await change({ jwtEnabled: true, standard: 'openid' })
    await refused('other_standard')
    await noToken('other_standard')
    await change({ standard: 'accounts' })
    t.equal((await user(gatepass, token)).statusCode, 200)

    const project = (await listProjects(gatepass.database.read)).find(({ id }) => id === acme.id)!
    const { id: reader } = await gatepass.database.read
      .selectFrom('readers')
      .select('id')
      .where('project_id', '=', acme.id)
      .executeTakeFirstOrThrow()
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader, blocked: true })
    await refused('reader_blocked')
    await noToken('reader_blocked')
    t.equal((await user(gatepass, other)).statusCode, 200, 'a reader of another project is somebody else')
    // The rule that disables an account ends its sessions, too: this is what holds where one was missed.
    await gatepass.database.write(tx =>
      tx.updateTable('accounts').set({ disabled_at: 1 }).where('id', '=', account.id).execute(),
    )
    await refused('account_disabled', other)
  })

  t.test('a code whose sign-in has ended before it was redeemed', async t => {
    const { gatepass, acme, account, ada } = await world(t)
    await ada.signIn('ada')
    const sent = await ada.get(`${issuer}/login/acme`)
    const { clock, database } = gatepass
    await database.write(tx => endAccountSessions(tx, account.id, {}, 'logout', clock.now()))
    t.equal((await ada.get(String(sent.headers.location))).statusCode, 400)
    t.match(await gatepass.lastStep(), { step: 'swap', outcome: 'failed', reason: 'session_over' })
    t.equal((await ada.get(`${acme.siteUrl}/gate/userinfo`)).statusCode, 401)
  })
})
