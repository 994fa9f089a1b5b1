// Testing an integration in a real browser: the answers of its forms, which no address stands for, and a whole handoff
// in a tab of its own, under the console's real policy.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import t from 'tap'
import { hostile, openConsole } from './console-world.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found: readonly { id: string; nodes: readonly { html: string }[] }[] = await page.evaluate(
    'axe.run(document).then(result => result.violations)',
  )
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

for (const scripts of [true, false]) {
  t.test(`works: a payload is checked and run ${scripts ? 'with' : 'without'} scripts`, async t => {
    const world = await openConsole(t)
    const page = await world.open({ javaScriptEnabled: scripts })
    const dialogs: string[] = []
    page.on('dialog', dialog => {
      dialogs.push(dialog.message())
      dialog.dismiss().catch(() => {})
    })
    const looked = async (what: string) => {
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 900 })
        const over = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
        t.ok(Number(over) <= 0, `${what} at ${width}: nothing sticks out`)
        if (scripts) t.same(await findings(page), [], `${what} at ${width}: axe finds nothing`)
      }
    }
    const start = `${world.url}/console/projects/acme/test`
    const check = () => page.getByRole('button', { name: 'Check', exact: true }).click()

    await page.goto(start)
    await page.getByRole('button', { name: 'Write it as JSON' }).click()
    await page.getByLabel('JSON').fill(JSON.stringify({ username: hostile, emailId: 7, [hostile]: hostile }))
    await check()
    await page.getByText('This push would be refused').waitFor()
    await looked('a refused push')
    await page.getByLabel('JSON').fill('{"a":')
    await check()
    await page.getByText('The JSON cannot be read').waitFor()
    await looked('broken JSON')

    await page.goto(start)
    await page.getByLabel('Username').fill(hostile)
    await page.getByLabel('Staff').check()
    await page.getByLabel('Lands on').fill('/gate/userinfo')
    await check()
    await page.getByText('This push would be accepted').waitFor()
    await page.evaluate(
      'document.querySelectorAll("main details").forEach(details => { details.open = true })',
    )
    await looked('an accepted push')

    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Run the whole handoff' }).click(),
    ])
    await tab.waitForURL('http://acme.localhost:*/gate/userinfo')
    t.match(JSON.parse((await tab.textContent('body'))!), { preferred_username: hostile, groups: ['staff'] })
    if (scripts) t.notOk(await tab.evaluate('opener'), 'the site has no hold on the console')
    await page.goto(`${start}/runs`)
    await page.getByText('test-reader@example.com').waitFor()

    await page.goto(start)
    await page.getByRole('button', { name: 'Visit it now' }).click()
    await page.getByText('The way there').waitFor()
    await looked('a visited login URL')
    t.same(dialogs, [])
  })
}
