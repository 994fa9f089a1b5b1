import type { Test } from 'tap'
import { press, visit } from './visit.ts'
import type { World } from './world.ts'

export async function beingRefused(t: Test, world: World): Promise<void> {
  const { browser, siteUrl, customerUrl } = world

  t.test('a used code in another browser: a page that names the trace, and a way on', async t => {
    const ada = await visit(t, browser)
    const callback = ada.page.waitForRequest(request => request.url().startsWith(`${siteUrl}/jwt/authorize`))
    await ada.page.goto(`${siteUrl}/staff/`)
    await ada.logIn('ada')
    const used = (await callback).url()

    const thief = await visit(t, browser)
    thief.expects(400)
    const answer = await thief.page.goto(used)
    t.equal(answer?.status(), 400)
    t.equal(await thief.page.locator('h1').textContent(), 'Invalid authentication code')
    const traceId = (await thief.page.locator('.trace code').textContent())!
    const steps = await world.command<{ step: string; reason: string | null }[]>(
      'attempts',
      '--trace',
      traceId,
    )
    t.match(steps.at(-1), { step: 'swap', reason: 'code_used' })

    await press(thief.page.getByRole('link', { name: 'Start again' }))
    t.equal(new URL(thief.page.url()).origin, customerUrl)
    await thief.logIn('ada')
    t.equal(thief.page.url(), `${siteUrl}/staff/`, 'the page that was wanted in the first place')

    await ada.context.clearCookies({ name: 'northwind_session' })
    await ada.page.reload()
    t.equal(new URL(ada.page.url()).origin, customerUrl, 'the session that the code had opened is over')
  })

  t.test('a code that was never one', async t => {
    const { page, expects, logIn } = await visit(t, browser)
    expects(400)
    await page.goto(`${siteUrl}/jwt/authorize?code=nonsense&redirectUrl=//evil.example/`)
    t.equal(await page.locator('h1').textContent(), 'Invalid authentication code')
    await press(page.getByRole('link', { name: 'Start again' }))
    await logIn('ben')
    t.equal(page.url(), `${siteUrl}/`)
  })

  t.test('the login endpoint shows its developer what came back, and recovers', async t => {
    const { page, expects, logIn } = await visit(t, browser)
    expects(502)
    await page.goto(customerUrl)
    await logIn('ada')
    await world.command('secret', 'rotate', '--project', 'demo')
    await press(page.getByRole('link', { name: /Knowledge base/ }))
    t.equal(await page.locator('h1').textContent(), 'No code came back')
    t.match(await page.locator('pre').textContent(), /invalid_client/)
    await press(page.getByRole('link', { name: 'Try again' }))
    t.equal(page.url(), `${siteUrl}/`)
  })

  t.test('the identity server’s own address says where to go', async t => {
    const { page, logIn } = await visit(t, browser)
    await page.goto(world.server.url)
    await press(page.getByRole('link', { name: 'Gatepass docs' }))
    await logIn('ben')
    t.equal(page.url(), `${siteUrl}/`)
  })
}
