import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Test } from 'tap'
import { password } from '../http/account-api.ts'
import { json, standIn } from '../upstream/stand-in.ts'
import { visit } from './visit.ts'
import { showPage, type World } from './world.ts'

interface Answer {
  readonly status: string
  readonly error?: string
  readonly jwt?: string
}

/** A page that registers people and signs them in by script, at another origin than ours (contract, section 8). */
export async function accountsByFetch(t: Test, { browser, server, command }: World) {
  const keys = createRemoteJWKSet(new URL(`${server.url}/.well-known/jwks.json`))
  let suiteId = ''
  /** The suite's own server: it checks a JWT with the published keys and asks nobody. */
  const page = await standIn(t, async ({ path, body }, response) => {
    if (path !== '/who-is') return showPage(response, '<h1>Register</h1>')
    const options = { issuer: server.url, audience: suiteId, typ: 'suite+jwt' }
    const { payload } = await jwtVerify(body, keys, options)
    json(response, 200, payload)
  })
  const made = await command<{ id: string }>(
    ...['project', 'create', '--slug', 'suite', '--name', 'Suite', '--site-url', page.url],
    ...['--site-elsewhere', 'on', '--login-url', `${page.url}/login`],
    ...['--standard', 'accounts', '--account-admission', 'anyone'],
  )
  suiteId = made.id

  /** What a script on the page is answered; the text of the error where the browser holds the answer back. */
  const callFrom = (on: Awaited<ReturnType<typeof visit>>['page']) => (path: string, body: object) =>
    on.evaluate(
      `fetch('${server.url}${path}', {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: '${JSON.stringify(body)}',
      }).then(answer => answer.json(), error => ({ status: String(error) }))`,
    ) as Promise<Answer>

  const person = { username: 'sophie', password, ssoSuiteId: suiteId }
  const account = { ...person, email: 'sophie@example.com' }

  t.test('a page of another origin is held back by the browser, and nothing is made', async t => {
    const stranger = await standIn(t, (_, response) => showPage(response, '<h1>Elsewhere</h1>'))
    // Unwatched: what the browser has to say about this is the point.
    const context = await browser.newContext()
    t.teardown(() => context.close())
    const on = await context.newPage()
    await on.goto(stranger.url)
    t.match(await callFrom(on)('/account/create', account), { status: 'TypeError: Failed to fetch' })
  })

  t.test('a page of the suite registers somebody, signs them in and out', async t => {
    const visitor = await visit(t, browser)
    visitor.expects(401)
    const call = callFrom(visitor.page)
    await visitor.page.goto(page.url)
    t.match(await call('/account/authenticate', person), { status: '401 UNAUTHORIZED' }, 'nobody yet')
    t.match(await call('/account/create', account), { status: '200 OK' })
    const { jwt = '' } = await call('/account/authenticate', person)
    const whoIs = `fetch('/who-is', { method: 'POST', body: '${jwt}' }).then(answer => answer.json())`
    t.match(await visitor.page.evaluate(whoIs), { userId: 'sophie', ssoSuiteId: suiteId })
    t.match(
      await call('/account/authenticate', { jwt }),
      { status: '200 OK', jwt },
      'the same while it lives',
    )
    t.match(await call('/account/signOut', { jwt }), { status: '200 OK' })
    t.match(await call('/account/authenticate', { jwt }), { status: '401 UNAUTHORIZED' })
  })
}
