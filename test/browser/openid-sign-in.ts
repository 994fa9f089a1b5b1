import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { startRealProvider } from '../upstream/openid/real-provider.ts'
import { press, visit } from './visit.ts'
import type { World } from './world.ts'

/** The providers are other sites (127.0.0.1), and sign Ada in without asking. */
export async function openidSignIn(t: Test, { browser, server, database, command }: World): Promise<void> {
  const siteUrl = `http://office.localhost:${server.port}`
  const { issuer } = await command<{ issuer: string }>(
    ...['project', 'create', '--slug', 'office', '--name', 'Office', '--site-url', siteUrl],
    ...['--login-url', 'http://localhost:9/login', '--standard', 'openid'],
  )
  const atHome = (url: string) => new URL(url).origin === siteUrl

  async function addProvider(slug: string, name: string) {
    const redirectUri = `${issuer}/upstream/openid/office/${slug}/callback`
    const provider = await startRealProvider(t, { redirectUri: () => redirectUri })
    const file = join(dirname(database), `secret-of-${slug}`)
    writeFileSync(file, provider.secret)
    await command(
      ...['provider', 'create', '--project', 'office', '--kind', 'oidc', '--slug', slug, '--name', name],
      ...['--setting', `issuer=${provider.issuer}`, '--setting', `clientId=${provider.clientId}`],
      ...['--secret-file', file],
    )
    return provider
  }

  const work = await addProvider('work', 'Work')

  for (const javaScriptEnabled of [true, false]) {
    t.test(
      `to the provider and back, and out again, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`,
      async t => {
        const { page, context } = await visit(t, browser, { javaScriptEnabled })
        const asked = work.asked.length
        await page.goto(`${siteUrl}/docs?a=1`)
        t.equal(page.url(), `${siteUrl}/docs?a=1`, 'the page asked for, and nothing is left in its address')
        t.ok(work.asked.slice(asked).includes('GET /auth'))
        await page.goto(siteUrl)
        t.match(await page.locator('body').textContent(), 'Ada Lovelace')

        await press(page.getByRole('button', { name: 'Sign out' }))
        t.match(
          await page.locator('h1').textContent(),
          /signed out/i,
          'and not in again by the provider’s own session',
        )
        t.notMatch(await page.locator('body').textContent(), 'Ada')
        const left = (await context.cookies([siteUrl, issuer])).map(({ name }) => name)
        t.same(
          left.filter(name => /upstream|session|^gatepass$/.test(name)),
          [],
        )
      },
    )
  }

  t.test('a provider that refuses: a page with the trace ID, and a link that begins again', async t => {
    const { page, expects } = await visit(t, browser)
    expects(400)
    work.refuses = true
    await page.goto(`${siteUrl}/docs?a=1`)
    t.equal(await page.locator('h1').textContent(), 'That did not work')
    const traceId = (await page.locator('.trace code').textContent())!
    const steps = await command<{ step: string; reason: string | null }[]>('attempts', '--trace', traceId)
    t.match(steps.at(-1), { step: 'provider', reason: 'provider_refused' })
    work.refuses = false
    await press(page.getByRole('link', { name: 'Start again' }))
    t.equal(page.url(), `${siteUrl}/docs?a=1`)
  })

  t.test('two providers: the reader chooses, and comes back from theirs', async t => {
    const partners = await addProvider('partners', 'Partners & Co')
    const { page } = await visit(t, browser)
    await page.goto(`${siteUrl}/docs?a=1`)
    t.equal(new URL(page.url()).origin, issuer)
    t.same(await page.locator('.providers a').allTextContents(), ['Partners & Co', 'Work'])
    const asked = work.asked.length
    await page.getByRole('link', { name: 'Partners & Co' }).click()
    await page.waitForURL(url => atHome(url.href))
    t.equal(page.url(), `${siteUrl}/docs?a=1`)
    t.ok(partners.asked.includes('POST /token'))
    t.equal(work.asked.length, asked)
  })
}
