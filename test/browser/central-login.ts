import type { Test } from 'tap'
import { password } from '../http/account-api.ts'
import { standIn } from '../upstream/stand-in.ts'
import { press, visit } from './visit.ts'
import { showPage, type World } from './world.ts'

/** Two services that send their readers to the central login page, and ask who came back (contract, section 7). */
export async function centralLogin(t: Test, { browser, server, command }: World) {
  const service = () =>
    standIn(t, async ({ path, query, headers }, response) => {
      const url = `http://${headers.host}`
      const token = query.get('ssoToken') ?? /sso=([^;]+)/.exec(headers.cookie ?? '')?.[1]
      const answer = token && (await fetch(`${server.url}/user?ssoToken=${token}`))
      if (!answer || answer.status === 401)
        return response.writeHead(302, { location: `${server.url}/login?target=${url}/in` }).end()
      const { name } = (await answer.json()) as { name: string }
      if (path === '/in') {
        const cookie = `sso=${token}; HttpOnly; SameSite=Lax; Path=/`
        return response.writeHead(302, { location: '/', 'set-cookie': cookie }).end()
      }
      showPage(response, `<h1>Hello, ${name}</h1><a href="${server.url}/logout">Sign out everywhere</a>`)
    })
  const [wiki, shop] = await Promise.all([service(), service()])
  // Cookies know hosts, not ports: each service has a host of its own.
  const shopUrl = shop.url.replace('127.0.0.1', 'orders.localhost')
  await command(
    ...['project', 'create', '--slug', 'services', '--name', 'Services', '--site-url', wiki.url],
    ...['--site-elsewhere', 'on', '--allowed-redirect', shopUrl, '--login-url', `${wiki.url}/login`],
    ...['--standard', 'accounts', '--account-admission', 'anyone'],
  )
  await fetch(`${server.url}/account/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'mary', email: 'mary@example.com', password }),
  })

  for (const javaScriptEnabled of [true, false]) {
    const words = javaScriptEnabled ? '' : ', without JavaScript'
    t.test(`one password opens both services, and one sign-out closes both${words}`, async t => {
      const { page, expects } = await visit(t, browser, { javaScriptEnabled })
      const heading = () => page.locator('h1').textContent()
      await page.goto(wiki.url)
      t.equal(new URL(page.url()).origin, server.url, 'a service sends its readers to the login page')
      expects(403)
      const signIn = async (typed: string) => {
        await page.getByLabel('User name').fill('mary')
        await page.getByLabel('Password', { exact: true }).fill(typed)
        await press(page.getByRole('button', { name: 'Sign in' }))
      }
      await signIn('wrong')
      t.match(await page.locator('main').textContent(), 'do not belong together')
      await signIn(password)
      t.equal(page.url(), `${wiki.url}/`)
      t.equal(await heading(), 'Hello, mary')
      await page.goto(shopUrl)
      t.equal(page.url(), `${shopUrl}/`, 'the other one asks for nothing')
      t.equal(await heading(), 'Hello, mary')

      await press(page.getByRole('link', { name: 'Sign out everywhere' }))
      t.equal(await heading(), 'You are signed out')
      for (const url of [wiki.url, shopUrl]) {
        await page.goto(url)
        t.equal(new URL(page.url()).origin, server.url, 'signed out at every service')
      }
    })
  }
}
