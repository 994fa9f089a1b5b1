// Login tokens from the program that asks for one to the reader who is in, in a browser with cookies; and everybody else
// who gets hold of one.
import t from 'tap'
import { revokeSecret } from '../../src/projects/rotate-secret.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { applicationToken, asked, codeInside, loginToken } from '../http/login-token.ts'
import { Jar } from '../jar.ts'
import { redirectUri, register } from '../oidc/world.ts'
import { issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

async function start(t: Parameters<typeof startApp>[0], settings: Parameters<TestApp['project']>[0] = {}) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project(settings)
  const { token, id } = await applicationToken(gatepass, acme)
  const make = async (userRef = 'ada') => {
    const body = {
      ...asked,
      rev_info: { user_ref: userRef, user_traits: { email: `${userRef}@example.com` } },
    }
    const answer = await loginToken(gatepass, acme, { token, body })
    t.equal(answer.statusCode, 201, answer.body)
    return answer.json().access_token as string
  }
  const bring = (browser: Jar, jwt: string, query = '', headers: Record<string, string> = {}) =>
    browser.get(`${acme.siteUrl}/callback/sso?jwt=${jwt}${query}`, headers)
  const whoIs = async (browser: Jar) => {
    const answer = await browser.get(`${acme.siteUrl}/gate/userinfo`)
    return answer.statusCode === 200 ? (answer.json().email as string) : answer.statusCode
  }
  return { gatepass, acme, token, id, make, bring, whoIs, jar: () => new Jar(gatepass.app) }
}

/** How many sessions have been opened, whether or not they live. */
const sessions = (gatepass: TestApp) => gatepass.count('sessions')

t.test('works', async t => {
  t.test(
    'from the identity host to the site’s, with a session, and the address carries no token',
    async t => {
      const { gatepass, make, whoIs, jar } = await start(t)
      const browser = jar()
      const jwt = await make()
      const first = await browser.get(
        `${issuer}/acme/callback/sso?jwt=${jwt}&redirect_to=/acme/guide%3Fa=1&ui_locales=de`,
      )
      t.equal(first.statusCode, 302)
      t.equal(first.headers['referrer-policy'], 'no-referrer')
      t.equal(first.headers['cache-control'], 'no-store')
      t.match(
        first.headers.location,
        /^http:\/\/acme\.test\/callback\/sso\?jwt=.*&redirect_to=.*&ui_locales=de$/,
      )
      t.equal(await sessions(gatepass), 0, 'nothing is spent on the way')
      const second = await browser.get(String(first.headers.location))
      t.match(second, {
        statusCode: 302,
        headers: {
          location: 'http://acme.test/guide?a=1',
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-store',
        },
      })
      t.equal(await whoIs(browser), 'ada@example.com')
      t.match(
        (await gatepass.attempt(String(second.headers['x-trace-id']))).map(({ step, outcome }) => [
          step,
          outcome,
        ]),
        [
          ['code', 'passed'],
          ['swap', 'passed'],
        ],
      )
      t.notMatch(gatepass.log(), jwt)
      t.notMatch(gatepass.log(), codeInside(jwt))
    },
  )

  t.test('redirect_to leads below the project’s slug, at both hosts, and nowhere else', async t => {
    const { acme, make, bring, jar } = await start(t)
    const home = `${acme.siteUrl}/`
    const rows: [redirectTo: string, location: string][] = [
      ['/acme/guide', `${acme.siteUrl}/guide`],
      ['/acme/', home],
      ['/acme/guide?x=1#y', `${acme.siteUrl}/guide?x=1#y`],
      ['/acme', home],
      ['/guide', home],
      ['/other/guide', home],
      ['/emca/guide', home],
      ['/acmeevil/guide', home],
      ['https://evil.test/acme/', home],
      ['//evil.test/acme/', home],
      ['/acme//evil.test', home],
      ['/acme/\\evil.test', home],
      ['/acme/%2e//evil.test', home],
      ['/acme/../../evil.test', `${acme.siteUrl}/evil.test`],
      ['/acme/x\r\nset-cookie: a=b', home],
      ['/acme/callback/sso?jwt=x', home],
      ['/acme/logout', home],
      ['', home],
    ]
    for (const [redirectTo, location] of rows) {
      const answer = await bring(jar(), await make(), `&redirect_to=${encodeURIComponent(redirectTo)}`)
      t.same(
        { status: answer.statusCode, to: answer.headers.location },
        { status: 302, to: location },
        redirectTo,
      )
    }
    const twice = await bring(jar(), await make(), '&redirect_to=/acme/a&redirect_to=/acme/b')
    t.equal(twice.headers.location, home)
    t.equal((await bring(jar(), await make())).headers.location, home)
  })

  t.test('Back and reload in the browser that used it lead on, for a minute', async t => {
    const { gatepass, make, bring, whoIs, jar } = await start(t)
    const browser = jar()
    const jwt = await make()
    await bring(browser, jwt)
    gatepass.clock.seconds(30)
    t.equal((await bring(browser, jwt)).statusCode, 302)
    t.equal(await whoIs(browser), 'ada@example.com')
    t.equal(await sessions(gatepass), 1)
  })

  t.test('the project’s binding applies: confirm asks first, required refuses', async t => {
    const { gatepass, acme, make, bring, whoIs, jar } = await start(t, { binding: 'confirm' })
    const browser = jar()
    const jwt = await make()
    const question = await bring(browser, jwt, '&redirect_to=/acme/guide')
    t.equal(question.statusCode, 200)
    t.match(question.body, /ada@example\.com/)
    t.equal(await sessions(gatepass), 0)
    const half = /name="half" value="([^"]+)"/.exec(question.body)![1]!
    const url = `${acme.siteUrl}/callback/sso?jwt=${jwt}&redirect_to=/acme/guide`
    const forged = await jar().post({
      url,
      form: { half, answer: 'continue' },
      headers: { origin: acme.siteUrl },
    })
    t.equal(forged.statusCode, 403, 'another browser cannot answer')
    const headers = { origin: acme.siteUrl, 'sec-fetch-site': 'same-origin' }
    const answered = await browser.post({ url, form: { half, answer: 'continue' }, headers })
    t.match(answered, { statusCode: 303, headers: { location: `${acme.siteUrl}/guide` } })
    t.equal(await whoIs(browser), 'ada@example.com')

    const other = jar()
    const second = await make('bob')
    const again = await bring(other, second)
    const no = { half: /name="half" value="([^"]+)"/.exec(again.body)![1]!, answer: 'no' }
    await other.post({ url: `${acme.siteUrl}/callback/sso?jwt=${second}`, form: no, headers })
    t.equal((await bring(other, second)).statusCode, 400, 'who says that it is not them ends it')

    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { binding: 'required' })
    t.equal((await bring(jar(), await make())).statusCode, 400)
    t.equal((await gatepass.lastStep()).reason, 'not_begun_here')
  })

  t.test(
    'an OpenID Connect sign-in that waits at the identity server goes on with a login token',
    async t => {
      const { gatepass, acme, make, jar } = await start(t, { siteElsewhere: true })
      const { clientId } = await register(gatepass, acme)
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: redirectUri,
        state: 'xyz',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      })
      const browser = jar()
      t.match(
        (await browser.get(`${issuer}/oauth/authorize?${query}`)).headers.location,
        /^http:\/\/login\.acme\.test/,
      )
      const back = await browser.get(`${issuer}/acme/callback/sso?jwt=${await make()}`)
      t.equal(back.statusCode, 303, back.body)
      t.match(back.headers.location, /^https:\/\/kb\.example\/callback\?.*code=.*state=xyz/)
    },
  )
})

t.test('refuses', async t => {
  t.test(
    'what is no token, is over, or was taken back; with a page, a trace ID and in the reader’s language',
    async t => {
      const { gatepass, acme, token, id, make, bring, whoIs, jar } = await start(t)
      const refused = async (jwt: string, reason: string) => {
        const browser = jar()
        const answer = await bring(browser, jwt)
        t.equal(answer.statusCode, 400, reason)
        t.match(answer.headers['content-type'], /^text\/html/)
        t.match(answer.body, String(answer.headers['x-trace-id']))
        const steps = await gatepass.attempt(String(answer.headers['x-trace-id']))
        t.equal(steps.at(-1)!.reason, reason)
        t.equal(await whoIs(browser), 401)
      }
      await refused('', 'code_malformed')
      await refused('x.y.z', 'code_malformed')
      const late = await make()
      gatepass.clock.seconds(300)
      await refused(late, 'code_expired')
      gatepass.clock.seconds(-300)
      await refused(late, 'code_expired')

      const cancelled = await make()
      const post = (name: string, body: unknown) =>
        gatepass.app.inject({
          method: 'POST',
          url: `${issuer}/auth-tokens.${name}`,
          headers: { authorization: token, 'content-type': 'application/json' },
          payload: JSON.stringify(body),
        })
      const { jti } = JSON.parse(Buffer.from(cancelled.split('.')[1]!, 'base64url').toString())
      t.equal((await post('delete', { token_id: jti })).statusCode, 200)
      await refused(cancelled, 'code_expired')
      const swept = await make()
      await post('self.delete', { requested_token_type: asked.requested_token_type })
      await refused(swept, 'code_expired')

      const waiting = await make()
      await revokeSecret(gatepass.rules, gatepass.actor, { slug: 'acme', secretId: id })
      await refused(waiting, 'secret_revoked_since')
      const german = await bring(jar(), 'x.y.z', '&ui_locales=de')
      t.match(german.body, /<html lang="de"/)
      t.equal((await jar().get(`${issuer}/nobody/callback/sso?jwt=x`)).statusCode, 404)
      const post405 = await jar().post({ url: `${issuer}/acme/callback/sso` })
      t.equal(post405.statusCode, 405)
      t.match((await bring(jar(), 'x'.repeat(10_000))).statusCode, 400)
      const twice = await jar().get(`${acme.siteUrl}/callback/sso?jwt=a&jwt=b`)
      t.equal(twice.statusCode, 400)
    },
  )

  t.test('HEAD and prefetch spend nothing, at both hosts', async t => {
    const { gatepass, acme, make, bring, jar } = await start(t)
    const jwt = await make()
    for (const host of [acme.siteUrl, `${issuer}/acme`]) {
      const url = `${host}/callback/sso?jwt=${jwt}`
      t.equal((await gatepass.app.inject({ method: 'HEAD', url })).statusCode, 200)
      t.equal((await gatepass.get(url, { 'sec-purpose': 'prefetch' })).statusCode, 403)
    }
    t.equal(await sessions(gatepass), 0)
    t.equal((await bring(jar(), jwt)).statusCode, 302)
  })
})

t.test('resists', async t => {
  t.test(
    'a second use by another browser is refused and ends the session, also after the token’s time',
    async t => {
      for (const wait of [1, 301]) {
        const { gatepass, make, bring, whoIs, jar } = await start(t)
        const [reader, thief] = [jar(), jar()]
        const jwt = await make()
        await bring(reader, jwt)
        t.equal(await whoIs(reader), 'ada@example.com')
        gatepass.clock.seconds(wait)
        t.equal((await bring(thief, jwt)).statusCode, 400)
        t.match(await gatepass.lastStep(), { reason: 'code_used', detail: { sessionRevoked: true } })
        t.equal(await whoIs(thief), 401)
        t.equal(await whoIs(reader), 401)
      }
    },
  )

  t.test('twenty at once: one session, opened by one of them, and gone again', async t => {
    const { gatepass, make, bring, jar } = await start(t)
    const jwt = await make()
    const answers = await Promise.all(Array.from({ length: 20 }, () => bring(jar(), jwt)))
    t.equal(answers.filter(({ statusCode }) => statusCode === 302).length, 1)
    t.equal(await sessions(gatepass), 1)
  })

  t.test('a token that was changed, re-spelled, unsigned, or is of another kind opens nothing', async t => {
    const { gatepass, acme, make, bring, jar } = await start(t)
    const jwt = await make()
    const [head, body, signature] = jwt.split('.') as [string, string, string]
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
    const header = JSON.parse(Buffer.from(head, 'base64url').toString())
    const { access_token, id_token } = (await gatepass.swap(acme, await gatepass.code(acme))).json()
    const before = await sessions(gatepass)
    const forgeries: Record<string, string> = {
      'another reader': `${head}.${encode({ ...claims, sub: 'x' })}.${signature}`,
      'alg none': `${encode({ ...header, alg: 'none' })}.${body}.`,
      'alg none, signed': `${encode({ ...header, alg: 'none' })}.${body}.${signature}`,
      'alg HS256': `${encode({ ...header, alg: 'HS256' })}.${body}.${signature}`,
      'another type': `${encode({ ...header, typ: 'JWT' })}.${body}.${signature}`,
      padding: `${jwt}=`,
      'a spare bit': `${head}.${body}.${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : `${String.fromCharCode(signature.charCodeAt(85) + 1)}`}`,
      'no signature': `${head}.${body}.`,
      'four parts': `${jwt}.x`,
      'the code alone': claims.code,
      'the access token': access_token,
      'the ID token': id_token,
      'a pushed code': await gatepass.code(acme),
    }
    for (const [name, forged] of Object.entries(forgeries))
      t.equal((await bring(jar(), encodeURIComponent(forged))).statusCode, 400, name)
    t.equal(await sessions(gatepass), before)
    t.equal((await bring(jar(), jwt)).statusCode, 302, 'and the token is unspent')
  })

  t.test('the code inside is no code at the other doors, and a token no token', async t => {
    const { gatepass, acme, make, bring, jar } = await start(t)
    const jwt = await make()
    const code = codeInside(jwt)
    for (const artefact of [code, jwt]) {
      t.equal((await gatepass.callback(acme, artefact)).statusCode, 400)
      t.equal((await gatepass.swap(acme, artefact)).json().error, 'invalid_grant')
      t.not((await gatepass.get(`${issuer}/jwt/authorize?code=${artefact}`)).statusCode, 200)
    }
    t.equal((await gatepass.userinfo(jwt)).statusCode, 401)
    t.equal((await bring(jar(), jwt)).statusCode, 302, 'none of it spends the token')
    t.equal((await gatepass.callback(acme, code)).statusCode, 400)
    t.equal((await gatepass.lastStep()).reason, 'code_other_door')
  })

  t.test('another project’s token opens nothing here, and is unspent', async t => {
    const { gatepass, make, bring, jar } = await start(t)
    const other: TestProject = await gatepass.project({ slug: 'other' })
    const theirs = (await loginToken(gatepass, other)).json().access_token
    t.equal((await bring(jar(), theirs)).statusCode, 400)
    t.equal((await gatepass.lastStep()).reason, 'code_other_project')
    t.equal((await jar().get(`${other.siteUrl}/callback/sso?jwt=${theirs}`)).statusCode, 302)
    t.equal((await jar().get(`${other.siteUrl}/callback/sso?jwt=${await make()}`)).statusCode, 400)
  })

  t.test('what is switched off since: the project, its standard, the reader', async t => {
    const { gatepass, acme, make, bring, jar } = await start(t)
    const jwt = await make()
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    t.equal((await bring(jar(), jwt)).statusCode, 400)
    t.equal((await gatepass.lastStep()).reason, 'jwt_off')
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: true, standard: 'openid' })
    t.equal((await bring(jar(), jwt)).statusCode, 400)
    t.equal((await gatepass.lastStep()).reason, 'other_standard')
  })
})
