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
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe)
  const found: readonly Finding[] = await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(result => result.violations)",
  )
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

/** Each page in both widths and in both themes; the colours do not depend on the width. */
const dresses = [
  { width: 390, colorScheme: 'light' },
  { width: 1440, colorScheme: 'dark' },
] as const

async function wear(page: Page, { width, colorScheme }: (typeof dresses)[number]): Promise<void> {
  await page.setViewportSize({ width, height: 900 })
  // Without motion colours change at once, not over a tenth of a second.
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
}

/** Wider than the window: something sticks out. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - window.innerWidth')

/** Switches and choices that lost their shape: one stands beside its label, as wide as it is drawn. */
const misshapen = (page: Page): Promise<number> =>
  page.evaluate(`[...document.querySelectorAll('.switch, .choice')].filter(label => {
    const [control, words] = [label.querySelector('.switch-track, input'), label.lastElementChild].map(part =>
      part.getBoundingClientRect())
    const isShown = label.checkVisibility()
    return isShown && (control.width < 12 || control.right > words.left || control.top > words.bottom || control.bottom < words.top)
  }).length`)

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
      await wear(page, dresses[0])
      const answer = await page.goto(world.url + path)
      t.equal(answer?.status(), path === '/console/welcome' ? 400 : 200, path)
      // Scripts change neither the layout nor the colours: without them one dress is enough.
      for (const dress of scripts ? dresses : dresses.slice(0, 1)) {
        await wear(page, dress)
        const where = `${path} at ${dress.width}, ${dress.colorScheme}${scripts ? '' : ', without scripts'}`
        t.ok((await overflow(page)) <= 0, `${where}: nothing sticks out`)
        t.equal(await misshapen(page), 0, `${where}: switches and choices look like them`)
        if (scripts) t.same(await findings(page), [], `${where}: axe finds nothing`)
      }
    }
    t.same(
      faults.filter(fault => !/status of 400.*/.test(fault)),
      [],
      'the browser has nothing to complain about',
    )
  }
})
