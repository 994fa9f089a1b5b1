// One visitor: a browser of their own with no cookies, whose every page is watched for what nobody should see: an error
// on the console, a violation of the content policy, a request that fails, a dialog that opens.
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import type { Test } from 'tap'

export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** Another tab of the same browser, watched as well. */
  tab(): Promise<Page>
  /** Statuses from 400 on that this visitor meets on purpose. */
  expects(...statuses: number[]): void
  /** Fills in Northwind's login form, which must be showing. */
  logIn(username: string, page?: Page): Promise<void>
}

export const password = 'wrench'

export async function visit(
  t: Test,
  browser: Browser,
  options: { javaScriptEnabled?: boolean } = {},
): Promise<Visitor> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(10_000)
  const faults: string[] = []
  const expected = new Set<number>()

  context.on('page', page => {
    page.on('pageerror', error => faults.push(`script error: ${error.message}`))
    page.on('dialog', dialog => {
      faults.push(`dialog: ${dialog.message()}`)
      dialog.dismiss().catch(() => {})
    })
    page.on('console', message => {
      const status = Number(/server responded with a status of (\d+)/.exec(message.text())?.[1])
      if (['error', 'warning'].includes(message.type()) && !expected.has(status)) {
        faults.push(`console on ${page.url()}: ${message.text()}`)
      }
    })
    page.on('requestfailed', request => {
      const why = request.failure()?.errorText
      // What a page still loads when its reader goes on is called off by the browser itself.
      if (why !== 'net::ERR_ABORTED') faults.push(`request failed: ${request.url()} ${why}`)
    })
    page.on('response', response => {
      if (response.status() >= 400 && !expected.has(response.status())) {
        faults.push(`status ${response.status()}: ${response.url()}`)
      }
    })
  })
  t.teardown(async () => {
    await context.close()
    // Assertions come too late in a teardown; what it throws fails the test.
    if (faults.length > 0) throw new Error(`The browser complains:\n${faults.join('\n')}`)
  })

  const page = await context.newPage()
  return {
    context,
    page,
    tab: () => context.newPage(),
    expects: (...statuses) => {
      for (const status of statuses) expected.add(status)
    },
    async logIn(username, on = page) {
      await on.getByLabel('User name').fill(username)
      await on.getByLabel('Password').fill(password)
      await press(on.getByRole('button', { name: 'Sign in' }))
    },
  }
}

/** Clicks what leads to another page, and waits until that is there with all that it shows. */
export async function press(target: Locator): Promise<void> {
  const loaded = target.page().waitForEvent('load')
  await target.click()
  await loaded
}
