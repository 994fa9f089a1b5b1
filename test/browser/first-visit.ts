import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { press, visit } from './visit.ts'
import type { World } from './world.ts'

export async function firstVisit(t: Test, { browser, printed, siteUrl, customerUrl }: World): Promise<void> {
  t.test('what the server prints is enough to get in and read', async t => {
    t.match(printed, /Open this first/)
    const [, username] = /Sign in as\s+(\w+), password wrench/.exec(printed)!
    const { page, logIn } = await visit(t, browser)
    await page.goto(siteUrl)
    t.equal(new URL(page.url()).origin, customerUrl, 'the login page is the customer’s own')
    t.match(await page.title(), 'Northwind Tools')
    await logIn(username!)
    t.equal(page.url(), `${siteUrl}/`, 'no code is left in the address')
    t.ok(await page.locator('article h1').isVisible())
    await press(page.locator('nav.side a:visible').last())
    t.ok(await page.locator('article h1').isVisible(), 'the navigation leads to a page')
  })

  t.test('without JavaScript it is the same', async t => {
    const { page, logIn, expects } = await visit(t, browser, { javaScriptEnabled: false })
    expects(401, 404)
    await page.goto(`${siteUrl}/staff/`)
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password').fill('not this one')
    await press(page.getByRole('button', { name: 'Sign in' }))
    t.match(await page.getByRole('alert').textContent(), 'do not go together')
    t.equal(await page.getByLabel('User name').inputValue(), 'ada')
    await logIn('ada')
    t.equal(page.url(), `${siteUrl}/staff/`, 'a wrong password loses nobody their way')

    const search = page.locator('#top-search')
    await search.fill('backup')
    const results = page.waitForEvent('load')
    await search.press('Enter')
    await results
    t.equal(page.url(), `${siteUrl}/gate/search?q=backup`)
    t.ok((await page.getByRole('main').getByRole('link').count()) > 0, 'the search finds pages')

    await page.goto(`${siteUrl}/no/such/page`)
    t.match(await page.locator('h1').textContent(), 'There is no page here')
    await page.goto(siteUrl)
    await page.locator('details.account summary').click()
    await press(page.getByRole('button', { name: 'Sign out' }))
    t.equal(new URL(page.url()).origin, customerUrl)
  })

  t.test('the two users see different pages, and only theirs', async t => {
    const ada = await visit(t, browser)
    await ada.page.goto(siteUrl)
    await ada.logIn('ada')
    t.ok((await links(ada.page)).includes('/staff/'))

    const ben = await visit(t, browser)
    ben.expects(403)
    await ben.page.goto(siteUrl)
    await ben.logIn('ben')
    const his = await links(ben.page)
    t.ok(his.length > 0)
    t.notOk(his.some(path => path.startsWith('/staff/')))
    await ben.page.goto(`${siteUrl}/gate/search?q=backup`)
    t.equal(await ben.page.locator('main a[href^="/staff/"]').count(), 0, 'nor does the search tell of them')

    const refused = await ben.page.goto(`${siteUrl}/staff/`)
    t.equal(refused?.status(), 403)
    t.match(await ben.page.locator('main').textContent(), /staff/, 'the page says whose it is')
    await press(ben.page.getByRole('link', { name: 'Go to the first page' }))
    t.equal(ben.page.url(), `${siteUrl}/`)
  })
}

async function links(page: Page): Promise<string[]> {
  return await page.locator('nav.side a').evaluateAll(found => found.map(a => a.getAttribute('href') ?? ''))
}
