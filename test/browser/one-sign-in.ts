// The demo's two sites: the knowledge base that Gatepass serves, and one that speaks plain OpenID Connect.
import { setTimeout as pause } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { press, type Visitor, visit } from './visit.ts'
import type { World } from './world.ts'

export async function oneSignIn(t: Test, world: World): Promise<void> {
  const { browser, siteUrl, customerUrl, supportUrl } = world
  const originOf = (page: Page) => new URL(page.url()).origin

  /** Signs in at the customer application, and opens both sites from there. */
  async function inBoth({ page, tab, logIn }: Visitor, username: string) {
    await page.goto(customerUrl)
    await logIn(username)
    await press(page.getByRole('link', { name: 'Support' }))
    const docs = await tab()
    await docs.goto(siteUrl)
    return { portal: page, docs }
  }

  /** The session of a site elsewhere ends when its notice has arrived, a moment after the page that signed out. */
  async function notices(): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const pending = await world.command<unknown[]>('notice', 'list', '--project', 'demo', '--pending')
      if (pending.length === 0) return
      await pause(50)
    }
    throw new Error('a logout notice did not arrive')
  }

  for (const javaScriptEnabled of [true, false]) {
    const words = javaScriptEnabled ? '' : ', without JavaScript'
    t.test(`one sign-in at the customer opens both sites${words}`, async t => {
      const visitor = await visit(t, browser, { javaScriptEnabled })
      const { portal, docs } = await inBoth(visitor, 'ada')
      t.equal(portal.url(), `${supportUrl}/`, 'no code is left in the address')
      t.match(await portal.locator('.about').textContent(), 'Signed in as Ada Lindqvist')
      t.equal(await portal.locator('.ticket').count(), 3)
      t.equal(docs.url(), `${siteUrl}/`)
      t.match(await docs.locator('.account-name').textContent(), 'Ada Lindqvist')
    })

    t.test(`signing out at the knowledge base signs out at the other${words}`, async t => {
      const visitor = await visit(t, browser, { javaScriptEnabled })
      const { portal, docs } = await inBoth(visitor, 'ben')
      await docs.locator('details.account summary').click()
      await press(docs.getByRole('button', { name: 'Sign out' }))
      await notices()
      await press(portal.getByRole('link', { name: /torque wrench/ }))
      t.equal(originOf(portal), customerUrl, 'its next page is the login page')
      await visitor.logIn('ada', portal)
      t.equal(portal.url(), `${supportUrl}/tickets/NW-2041`, 'which leads to the page that was wanted')
      t.match(await portal.locator('.about').textContent(), 'Ada Lindqvist')
      await docs.goto(siteUrl)
      t.match(await docs.locator('.account-name').textContent(), 'Ada Lindqvist')
    })

    t.test(`signing out there signs out at the knowledge base${words}`, async t => {
      const visitor = await visit(t, browser, { javaScriptEnabled })
      const { portal, docs } = await inBoth(visitor, 'ada')
      await press(portal.getByRole('button', { name: 'Sign out' }))
      t.equal(originOf(portal), customerUrl)
      t.equal(await portal.getByRole('status').textContent(), 'You are signed out.')
      await docs.reload()
      t.equal(originOf(docs), customerUrl)
      await visitor.logIn('ben', docs)
      t.equal(docs.url(), `${siteUrl}/`)
      await portal.goto(supportUrl)
      t.match(await portal.locator('.about').textContent(), 'Ben Okafor')
    })
  }

  t.test('who begins at the other site comes back to its page, and is in at the knowledge base', async t => {
    const { page, logIn } = await visit(t, browser)
    await page.goto(`${supportUrl}/tickets/NW-1997`)
    t.equal(originOf(page), customerUrl)
    await logIn('ben')
    t.equal(page.url(), `${supportUrl}/tickets/NW-1997`)
    await page.goto(`${siteUrl}/login-endpoint`)
    t.equal(page.url(), `${siteUrl}/login-endpoint`)
  })

  t.test('tabs that began at both sites, and two of one, all arrive where they were going', async t => {
    const { page, tab, logIn } = await visit(t, browser)
    const [second, docs] = [await tab(), await tab()]
    await page.goto(`${supportUrl}/tickets/NW-2041`)
    await second.goto(`${supportUrl}/tickets/NW-2038`)
    await docs.goto(`${siteUrl}/staff/`)
    await logIn('ada', docs)
    t.equal(docs.url(), `${siteUrl}/staff/`)
    await logIn('ada', page)
    t.equal(page.url(), `${supportUrl}/tickets/NW-2041`)
    await logIn('ada', second)
    t.equal(second.url(), `${supportUrl}/tickets/NW-2038`)
    for (const each of [page, second, docs]) await each.reload()
    t.equal(page.url(), `${supportUrl}/tickets/NW-2041`)
    t.equal(second.url(), `${supportUrl}/tickets/NW-2038`)
    t.equal(docs.url(), `${siteUrl}/staff/`)

    await press(second.getByRole('button', { name: 'Sign out' }))
    for (const each of [page, docs]) {
      await each.reload()
      t.equal(originOf(each), customerUrl, 'one sign-off closes what all of them opened')
    }
  })

  t.test('Back and reload do no harm, and show nothing after the sign-out', async t => {
    const visitor = await visit(t, browser)
    const { portal } = await inBoth(visitor, 'ada')
    await press(portal.getByRole('link', { name: /bench vice/ }))
    await portal.reload()
    t.equal(portal.url(), `${supportUrl}/tickets/NW-2038`)
    await portal.goBack()
    t.equal(portal.url(), `${supportUrl}/`)
    t.match(await portal.locator('.about').textContent(), 'Ada Lindqvist')
    await portal.goBack()
    t.equal(originOf(portal), customerUrl)
    await portal.goForward()
    t.match(await portal.locator('.about').textContent(), 'Ada Lindqvist')
    await press(portal.getByRole('button', { name: 'Sign out' }))
    await portal.goBack()
    t.equal(originOf(portal), customerUrl, 'Back leads to the login page')
    t.equal(await portal.locator('.ticket').count(), 0)
  })

  t.test('Back to the login page, and a tab left there, lead on to the site that they were for', async t => {
    const { page, tab, logIn, expects } = await visit(t, browser)
    expects(400)
    const left = await tab()
    await left.goto(`${supportUrl}/tickets/NW-2041`)
    await page.goto(`${supportUrl}/tickets/NW-2038`)
    await logIn('ada')
    await page.goBack()
    t.equal(await page.locator('h1').textContent(), 'That did not work')
    await press(page.getByRole('link', { name: 'Start again' }))
    t.equal(page.url(), `${supportUrl}/`)

    forgetRequests(world.database)
    await logIn('ben', left)
    t.equal(await left.locator('h1').textContent(), 'That did not work')
    await press(left.getByRole('link', { name: 'Start again' }))
    t.equal(left.url(), `${supportUrl}/`)
  })

  t.test('a browser that lost its cookies on the way starts again at the site that it was for', async t => {
    const { context, page, logIn, expects } = await visit(t, browser)
    expects(400)
    await page.goto(`${supportUrl}/tickets/NW-2041`)
    await context.clearCookies({ domain: 'localhost' })
    await logIn('ada')
    t.equal(originOf(page), world.server.url)
    await press(page.getByRole('link', { name: 'Start again' }))
    t.equal(page.url(), `${supportUrl}/`)
  })

  t.test('a stale tab can sign out, whoever else did before', async t => {
    const visitor = await visit(t, browser)
    const { portal, docs } = await inBoth(visitor, 'ben')
    const stale = await visitor.tab()
    await stale.goto(`${siteUrl}/login-endpoint`)
    await docs.locator('details.account summary').click()
    await press(docs.getByRole('button', { name: 'Sign out' }))
    await notices()
    await press(portal.getByRole('button', { name: 'Sign out' }))
    t.equal(await portal.getByRole('status').textContent(), 'You are signed out.')
    await stale.locator('details.account summary').click()
    await press(stale.getByRole('button', { name: 'Sign out' }))
    t.equal(await stale.getByRole('status').textContent(), 'You are signed out.')
  })

  t.test('a site that forgot its own session asks before it signs out of all', async t => {
    const visitor = await visit(t, browser)
    const { portal, docs } = await inBoth(visitor, 'ada')
    await visitor.context.clearCookies({ name: 'northwind_support' })
    await press(portal.getByRole('button', { name: 'Sign out' }))
    t.equal(originOf(portal), world.server.url)
    t.equal(await portal.locator('h1').textContent(), 'Sign out?')
    await docs.reload()
    t.equal(docs.url(), `${siteUrl}/`, 'nothing has ended yet')
    await portal.getByRole('button', { name: 'Sign out' }).click()
    await portal.waitForURL(`${customerUrl}/**`)
    t.equal(await portal.getByRole('status').textContent(), 'You are signed out.')
    await docs.reload()
    t.equal(originOf(docs), customerUrl)
  })

  t.test('"Continue as ...?" leads on to the other site', async t => {
    await world.command('project', 'update', 'demo', '--binding', 'confirm')
    t.teardown(() => world.command('project', 'update', 'demo', '--binding', 'off'))
    const { page, logIn } = await visit(t, browser)
    await page.goto(`${supportUrl}/tickets/NW-2038`)
    // A login endpoint that passes nothing on of what came with the question.
    const login = new URL(page.url())
    const sso = new URL(login.searchParams.get('continueTo')!, customerUrl)
    for (const name of ['state', 'code_challenge', 'code_challenge_method']) sso.searchParams.delete(name)
    login.searchParams.set('continueTo', sso.pathname + sso.search)
    await page.goto(login.href)
    await logIn('ada')
    t.equal(await page.locator('h1').textContent(), 'Continue as ada@northwind.example?')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${supportUrl}/**`)
    t.equal(page.url(), `${supportUrl}/tickets/NW-2038`)
  })

  t.test('an answer that this browser did not ask for signs nobody in', async t => {
    const { page, expects } = await visit(t, browser)
    expects(400)
    const answer = await page.goto(`${supportUrl}/callback?code=x&state=y&iss=z`)
    t.equal(answer?.status(), 400)
    t.equal(await page.locator('h1').textContent(), 'You are not signed in')
    await press(page.getByRole('link', { name: 'Start again' }))
    t.equal(originOf(page), customerUrl)
  })
}

/** What a quarter of an hour would do. */
function forgetRequests(file: string): void {
  const database = new Sqlite(file)
  database.prepare('UPDATE pending_authorizations SET expires_at = ?').run(Date.now() - 1)
  database.close()
}
