import Sqlite from 'better-sqlite3'
import type { Test } from 'tap'
import { press, visit } from './visit.ts'
import type { World } from './world.ts'

export async function comingAndGoing(t: Test, world: World): Promise<void> {
  const { browser, siteUrl, customerUrl, database } = world

  t.test('a deep link with a query leads to that page after the sign-in', async t => {
    const { page, logIn } = await visit(t, browser)
    await page.goto(`${siteUrl}/staff/?from=mail&name=%C3%A9%26`)
    await logIn('ada')
    t.equal(page.url(), `${siteUrl}/staff/?from=mail&name=%C3%A9%26`)
  })

  t.test('what is behind # leads to its place on the page after the sign-in', async t => {
    const { page, logIn } = await visit(t, browser)
    await page.goto(`${siteUrl}/staff/#some-place`)
    await logIn('ada')
    t.equal(page.url(), `${siteUrl}/staff/#some-place`)
  })

  t.test('who is signed in at the customer types nothing', async t => {
    const { page, logIn } = await visit(t, browser)
    await page.goto(customerUrl)
    await logIn('ben')
    t.match(await page.locator('h1').textContent(), 'Hello, Ben Okafor')
    await press(page.getByRole('link', { name: /Knowledge base/ }))
    t.equal(page.url(), `${siteUrl}/`)
  })

  t.test('signing out ends both sessions and offers both users again', async t => {
    const { page, logIn, context } = await visit(t, browser)
    await page.goto(siteUrl)
    await logIn('ada')
    await page.locator('details.account summary').click()
    await press(page.getByRole('button', { name: 'Sign out' }))
    t.equal(new URL(page.url()).origin, customerUrl)
    t.equal(await page.getByRole('status').textContent(), 'You are signed out.')
    t.match(await page.locator('.hints').textContent(), /ada.*ben/)
    t.same(
      (await context.cookies()).filter(cookie => !cookie.name.startsWith('gatepass_attempt_')),
      [],
    )
    await page.goBack()
    t.notMatch(await page.locator('body').textContent(), 'Signed in until', 'Back shows nothing any more')
    await page.goto(siteUrl)
    await logIn('ben')
    t.equal(page.url(), `${siteUrl}/`)
    t.match(await page.locator('.account-name').textContent(), 'Ben Okafor')
  })

  t.test('a session that ran out leads to the login page and back', async t => {
    const { page, logIn, context } = await visit(t, browser)
    await page.goto(siteUrl)
    await logIn('ada')

    expireSessions(database)
    await page.goto(`${siteUrl}/staff/?a=1`)
    t.equal(
      page.url(),
      `${siteUrl}/staff/?a=1`,
      'still signed in at the customer: back at once, with a new session',
    )

    await context.clearCookies({ name: 'northwind_session' })
    expireSessions(database)
    await page.reload()
    t.equal(new URL(page.url()).origin, customerUrl)
    await logIn('ada')
    t.equal(page.url(), `${siteUrl}/staff/?a=1`)
  })

  t.test('Back and reload after the sign-in do no harm', async t => {
    const { page, logIn } = await visit(t, browser)
    await page.goto(siteUrl)
    await logIn('ada')
    await page.reload()
    t.equal(page.url(), `${siteUrl}/`)
    await page.goto(`${siteUrl}/staff/`)
    await page.goBack()
    t.equal(page.url(), `${siteUrl}/`)
    await page.goBack()
    t.notMatch(await page.locator('body').textContent(), /Invalid authentication code/)
    await page.goto(`${siteUrl}/staff/`)
    t.equal(page.url(), `${siteUrl}/staff/`, 'the session is as it was')
  })

  t.test('two tabs that began to sign in both arrive where they were going', async t => {
    const { page, tab, logIn } = await visit(t, browser)
    const other = await tab()
    await page.goto(`${siteUrl}/staff/?tab=1`)
    await other.goto(`${siteUrl}/staff/?tab=2`)
    await logIn('ada', other)
    t.equal(other.url(), `${siteUrl}/staff/?tab=2`)
    await logIn('ada', page)
    t.equal(page.url(), `${siteUrl}/staff/?tab=1`)
    await other.reload()
    t.equal(other.url(), `${siteUrl}/staff/?tab=2`)
  })
}

/** What an hour would do. */
function expireSessions(file: string): void {
  const database = new Sqlite(file)
  database.prepare('UPDATE sessions SET expires_at = ?').run(Date.now() - 1)
  database.close()
}
