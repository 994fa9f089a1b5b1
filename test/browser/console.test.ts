// Every page of the console in a real browser: with and without scripts, narrow and wide, light and dark. The pages are
// taken from the router, so a new one is walked too.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import t from 'tap'
import { openConsole } from './console-world.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

/** What axe-core finds on the page that is open. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found: readonly Finding[] = await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(result => result.violations)",
  )
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

/** Wider than the window: something sticks out. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - window.innerWidth')

t.test('works: every page of the console, in every dress', async t => {
  const world = await openConsole(t)
  for (const { route, paths } of world.pages)
    t.ok(paths.length > 0, `${route.path} has an address to look at`)
  const all = world.pages.flatMap(({ paths }) => paths)

  const watched = async (page: Page) => {
    const faults: string[] = []
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) faults.push(`${page.url()}: ${message.text()}`)
    })
    page.on('pageerror', error => faults.push(`${page.url()}: ${error.message}`))
    page.on('dialog', dialog => {
      faults.push(`${page.url()}: a dialog: ${dialog.message()}`)
      dialog.dismiss().catch(() => {})
    })
    return faults
  }

  for (const scripts of [true, false]) {
    const page = await world.open({ javaScriptEnabled: scripts })
    const faults = await watched(page)
    for (const path of all) {
      for (const width of [390, 1440]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          // Scripts change neither the layout nor the colours: without them one dress is enough.
          if (!scripts && (width === 1440 || colorScheme === 'dark')) continue
          await page.setViewportSize({ width, height: 900 })
          await page.emulateMedia({ colorScheme })
          const answer = await page.goto(world.url + path)
          const where = `${path} at ${width}, ${colorScheme}${scripts ? '' : ', without scripts'}`
          t.equal(answer?.status(), path === '/console/welcome' ? 400 : 200, where)
          t.ok((await overflow(page)) <= 0, `${where}: nothing sticks out`)
          if (scripts) t.same(await findings(page), [], `${where}: axe finds nothing`)
        }
      }
    }
    t.same(
      faults.filter(fault => !/status of 400.*/.test(fault)),
      [],
      'the browser has nothing to complain about',
    )
  }
})
