// The pages that readers meet in trouble, in a real browser: five languages, two themes, a phone and a wide screen.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { BrowserContext, Page } from 'playwright-core'
import t from 'tap'
import { contrast } from '../../src/site/brand/contrast.ts'
import { languages } from '../../src/site/languages/languages.ts'
import { everyPage } from '../site/every-page.ts'
import { openWorld } from './world.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40"/></svg>'
const accents = ['#7a1fa2', '#ffffff', '#000000', '#ffff00']
const german = languages.find(({ tag }) => tag === 'de')!
const themes = ['light', 'dark'] as const

const world = await openWorld()
t.teardown(() => world.close())
const siteOf = (slug: string) => `http://${slug}.localhost:${world.server.port}`
for (const accent of accents) {
  const slug = `brand-${accent.slice(1)}`
  const settings = ['--slug', slug, '--name', 'Acme Help', '--site-url', siteOf(slug)]
  const branding = ['--accent-color', accent, '--logo-url', 'https://logo.invalid/logo.svg']
  await world.command('project', 'create', ...settings, '--login-url', world.customerUrl, ...branding)
}
const branded = (accent: string) => siteOf(`brand-${accent.slice(1)}`)

/** What axe-core finds wrong, in words. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
  }
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.html} ${node.failureSummary}`),
  )
}

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await page.route('https://logo.invalid/**', route =>
    route.fulfill({ contentType: 'image/svg+xml', body: logo }),
  )
  await page.goto(url)
  return page
}

/** `rgb(1, 2, 3)` as `#010203`. */
const hex = (rgb: string) =>
  `#${[...rgb.matchAll(/\d+/g)]
    .slice(0, 3)
    .map(([channel]) => Number(channel).toString(16).padStart(2, '0'))
    .join('')}`

/** Ink, ground and edge of the button, and what it stands on. */
const coloursOfButton = `(() => {
  const button = document.querySelector('.button')
  const { color, backgroundColor, borderTopColor } = getComputedStyle(button)
  return [color, backgroundColor, borderTopColor, getComputedStyle(button.closest('main')).backgroundColor]
})()`

for (const words of languages) {
  t.test(`an error page in ${words.tag}: fits, and axe-core finds nothing`, async t => {
    for (const colorScheme of themes) {
      for (const width of [390, 1440]) {
        const viewport = { width, height: 900 }
        const context = await world.browser.newContext({ colorScheme, locale: words.tag, viewport })
        for (const [url, heading] of [
          [`${branded('#7a1fa2')}/jwt/authorize?code=nonsense`, words.error.titles.code],
          [`${branded('#7a1fa2')}/gate/signed-out`, words.signedOut.title],
          [`${world.server.url}/oauth/authorize?client_id=nobody`, words.error.titles.other],
          [world.server.url, words.landing.heading],
        ] as const) {
          const page = await open(context, url)
          const where = `${url} ${colorScheme} ${width}`
          t.equal(await page.locator('h1').textContent(), heading, where)
          t.equal(await page.evaluate('document.documentElement.lang'), words.tag, where)
          t.ok(Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth')) <= 0, where)
          // Wording changes neither roles nor colours: one language stands for all on the other pages.
          const looked = width === 390 && (words.tag === 'de' || heading === words.error.titles.code)
          if (looked) t.same(await complaints(page), [], where)
          await page.close()
        }
        await context.close()
      }
    }
  })
}

t.test('every other page, with names that are long: fits, and axe-core finds nothing', async t => {
  const name = `"><img src=x onerror=alert(1)> ${'Donaudampfschifffahrt'.repeat(4)}`
  const pages = everyPage(german, name, `${world.server.url}/`)
  // Looked at above, many times alike; and a mail has no styles.
  const looked = Object.entries(pages).filter(([title]) => !/^error |^mail$|^content/.test(title))
  for (const [colorScheme, width] of [
    ['light', 390],
    ['dark', 1440],
  ] as const) {
    const context = await world.browser.newContext({ colorScheme, viewport: { width, height: 900 } })
    const page = await context.newPage()
    await page.route('**/look/*', (route, request) => {
      const body = pages[decodeURIComponent(request.url().split('/look/')[1]!)]!
      // Pages that lead on by themselves stay to be looked at.
      return route.fulfill({ contentType: 'text/html', body: body.replace('http-equiv="refresh"', '') })
    })
    for (const [title] of looked) {
      const where = `${title} ${colorScheme} ${width}`
      await page.goto(`${world.server.url}/look/${encodeURIComponent(title)}`)
      t.ok(Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth')) <= 0, where)
      t.same(await complaints(page), [], where)
    }
    await context.close()
  }
})

t.test('every accent can be read, on a button at rest and under the pointer, and as text', async t => {
  for (const accent of accents) {
    for (const colorScheme of themes) {
      const context = await world.browser.newContext({ colorScheme, reducedMotion: 'reduce' })
      const page = await open(context, `${branded(accent)}/jwt/authorize?code=nonsense`)
      const button = page.locator('.button')
      const colours = async () => (await page.evaluate(coloursOfButton)) as string[]
      const [ink, ground, border, paper] = (await colours()).map(hex)
      t.equal(ground, accent, 'a button has the very colour')
      t.ok(contrast(ink!, ground!) >= 4.5, `${accent} ${colorScheme}: ${ink} on ${ground}`)
      t.ok(contrast(border!, paper!) >= 4.5, `${accent} ${colorScheme}: the edge ${border} on ${paper}`)
      await button.hover()
      await page.waitForFunction('document.querySelector(".button:hover")')
      const [hoverInk, hoverGround] = (await colours()).map(hex)
      t.ok(
        contrast(hoverInk!, hoverGround!) >= 4.5,
        `${accent} ${colorScheme}: ${hoverInk} on ${hoverGround}`,
      )
      await context.close()
    }
  }
})

t.test('a logo that cannot be loaded leaves the name, and a screen reader hears it once', async t => {
  const context = await world.browser.newContext()
  const page = await context.newPage()
  await page.route('https://logo.invalid/**', route => route.abort())
  await page.goto(`${branded('#7a1fa2')}/gate/signed-out`)
  const name = page.locator('.brand span')
  t.equal(await name.textContent(), 'Acme Help')
  t.ok(await name.isVisible())
  const box = await page.locator('.logo').boundingBox()
  t.ok(box!.width <= 40 && box!.height <= 40, 'a small tile in its place')
  t.equal((await page.locator('.brand').ariaSnapshot()).split('Acme Help').length, 2)
  await context.close()
})

t.test('the host of the logo learns nothing of the page', async t => {
  const context = await world.browser.newContext()
  const page = await context.newPage()
  const asked = page.waitForRequest('https://logo.invalid/**')
  await page.route('https://logo.invalid/**', route =>
    route.fulfill({ contentType: 'image/svg+xml', body: logo }),
  )
  await page.goto(`${branded('#7a1fa2')}/jwt/authorize?code=nonsense`)
  const headers = await (await asked).allHeaders()
  t.equal(headers.referer, undefined)
  t.equal(headers.cookie, undefined)
  await context.close()
})
