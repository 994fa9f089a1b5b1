import { decodeJwt } from 'jose'
import type { Test } from 'tap'
import { createVerifier } from '../../src/client/verifier.ts'
import { EXCHANGE, googleAda, ID_TOKEN } from '../upstream/providers.ts'
import { json, signer, standIn } from '../upstream/stand-in.ts'
import { press, visit } from './visit.ts'
import { showPage, type World } from './world.ts'

/** An application with a button of Google's, whose server swaps Google's token for ours (contract, section 6). */
export async function googleSignIn(t: Test, { browser, server, command }: World) {
  const keys = await signer({ now: () => Date.now() })
  // As Google does with `ux_mode=redirect`: a form brings the ID token to the application.
  const google = await standIn(t, async ({ path, query }, response) => {
    if (path === '/certs') return json(response, 200, keys.jwks())
    const token = await keys.sign(googleAda)
    const field = `<input type="hidden" name="credential" value="${token}">`
    const target = query.get('login_uri')
    showPage(
      response,
      `<form method="post" action="${target}">${field}<button>Continue as Ada</button></form>`,
    )
  })

  const options = ['--slug', 'shop', '--name', 'Shop', '--login-url', 'http://localhost:9/login']
  const shop = await command<Record<'issuer' | 'siteClientId' | 'siteClientSecret', string>>(
    ...['project', 'create', ...options, '--site-url', `http://shop.localhost:${server.port}`],
  )
  const settings = ['--setting', `clientIds=${googleAda.aud}`, '--setting', `jwksUri=${google.url}/certs`]
  await command('provider', 'create', '--project', 'shop', '--kind', 'google', ...settings)

  const { issuer, siteClientId, siteClientSecret } = shop
  const { verifyToken } = createVerifier({ issuer, audience: issuer, clientIds: [siteClientId] })
  let name = ''
  const app = await standIn(t, async ({ path, headers, body }, response) => {
    if (path === '/signed-in') {
      const token = new URLSearchParams(body).get('credential')!
      const answer = await fetch(`${issuer}/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${siteClientId}:${siteClientSecret}`)}` },
        body: new URLSearchParams({
          grant_type: EXCHANGE,
          subject_issuer: 'google',
          subject_token_type: ID_TOKEN,
          subject_token: token,
        }),
      })
      const tokens = (await answer.json()) as { access_token: string; id_token: string }
      name = String(decodeJwt(tokens.id_token).name)
      const cookie = `token=${tokens.access_token}; HttpOnly; SameSite=Lax`
      return response.writeHead(303, { location: '/', 'set-cookie': cookie }).end()
    }
    const token = /token=([^;]+)/.exec(headers.cookie ?? '')?.[1]
    if (path === '/api/reader') {
      // The second verification: the API believes our token and nothing else.
      const claims = await verifyToken(token ?? '').catch(() => undefined)
      return json(response, claims ? 200 : 401, claims ?? {})
    }
    if (token === undefined)
      return showPage(
        response,
        `<a href="${google.url}/?login_uri=${app.url}/signed-in">Sign in with Google</a>`,
      )
    showPage(
      response,
      `<h1>Hello, ${name}</h1><p id="reader"></p><script>
        fetch('/api/reader').then(answer => answer.json())
          .then(({ sub }) => { document.querySelector('#reader').textContent = sub })
      </script>`,
    )
  })

  t.test(
    'with a token of Google: the application knows the reader, and its API checks our token',
    async t => {
      const { page, context, expects } = await visit(t, browser)
      await page.goto(app.url)
      await press(page.getByRole('link', { name: 'Sign in with Google' }))
      await press(page.getByRole('button', { name: 'Continue as Ada' }))
      t.equal(page.url(), `${app.url}/`)
      await page.locator('#reader:not(:empty)').waitFor()
      t.equal(await page.locator('h1').textContent(), 'Hello, Ada Lovelace')
      const [reader] = await command<{ id: string }[]>('reader', 'list', '--project', 'shop')
      t.equal(await page.locator('#reader').textContent(), reader?.id)

      expects(401)
      await context.addCookies([{ name: 'token', value: await keys.sign(googleAda), url: app.url }])
      t.equal(
        (await page.goto(`${app.url}/api/reader`))?.status(),
        401,
        'a token of Google opens nothing there',
      )
    },
  )
}
