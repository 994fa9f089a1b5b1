// Several tabs, Back, reload, a stale tab, "Continue as ...?" and what stands behind `#`, in a real browser.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import type { Binding } from '../../src/projects/project.ts'
import { startApp, type TestApp, type TestProject } from '../start-app.ts'
import { openBrowser } from './open-browser.ts'

const browser = await openBrowser()
t.teardown(() => browser.close())

interface World {
  readonly gatepass: TestApp
  readonly kb: TestProject
  readonly page: Page
  readonly tab: () => Promise<Page>
  /** How the customer's login page behaves; the test may change it at any time. */
  readonly login: { signedIn: boolean; echoes: boolean; formAction: string | null; reader: Reader }
}
type Reader = { username: string; emailId: string }
const ada: Reader = { username: 'ada', emailId: 'ada@example.com' }
const ben: Reader = { username: 'ben', emailId: 'ben@example.com' }

/** A knowledge base on a port of its own and, the world outside, a login page of somebody else's at another origin. */
async function world(
  t: Test,
  binding: Binding,
  options: { javaScriptEnabled?: boolean } = {},
): Promise<World> {
  const gatepass = await startApp(t)
  await gatepass.app.listen({ host: '127.0.0.1', port: 0 })
  const login: World['login'] = { signedIn: false, echoes: true, formAction: null, reader: ada }

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url!, 'http://login.localhost')
    if (url.pathname !== '/login') return response.writeHead(404).end()
    if (request.method === 'GET' && !login.signedIn) {
      const action =
        login.formAction === null ? '' : ` action="${login.formAction}${url.search.replaceAll('&', '&amp;')}"`
      const form = `<form method="post"${action}><button>Sign in</button></form>`
      return response.writeHead(200, { 'content-type': 'text/html' }).end(form)
    }
    const { state, code_challenge: codeChallenge } = Object.fromEntries(url.searchParams)
    const echo = { state, codeChallenge, codeChallengeMethod: 'S256' }
    const code = await gatepass.code(kb, { ...login.reader, ...(login.echoes && echo) })
    const wanted = encodeURIComponent(url.searchParams.get('RedirectPath') ?? '/')
    const location = `${kb.siteUrl}/jwt/authorize?code=${code}&redirectUrl=${wanted}`
    return response.writeHead(request.method === 'POST' ? 303 : 302, { location }).end()
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  const port = (gatepass.app.server.address() as AddressInfo).port
  const kb: TestProject = await gatepass.project({
    slug: 'kb',
    binding,
    siteUrl: `http://kb.localhost:${port}`,
    loginUrl: `http://login.localhost:${(server.address() as AddressInfo).port}/login`,
  })
  const context = await browser.newContext(options)
  context.setDefaultTimeout(10_000)
  t.teardown(async () => {
    await context.close()
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { gatepass, kb, login, page: await context.newPage(), tab: () => context.newPage() }
}

async function press(page: Page, name: string): Promise<void> {
  const loaded = page.waitForEvent('load')
  await page.getByRole('button', { name }).click()
  await loaded
}

const heading = (page: Page) => page.locator('h1').textContent()

/** The reader whom the page greets, or undefined where nobody is signed in. */
async function readerOn(page: Page): Promise<string | undefined> {
  if ((await heading(page)) !== 'You are signed in') return undefined
  return (await page.locator('dd').nth(1).textContent()) ?? undefined
}

for (const binding of ['off', 'confirm', 'required'] as const) {
  t.test(
    `${binding}: two tabs begin, both arrive where they were going, and Back and reload do no harm`,
    async t => {
      const { kb, page, tab } = await world(t, binding)
      const other = await tab()
      await page.goto(`${kb.siteUrl}/one?a=1`)
      await other.goto(`${kb.siteUrl}/two`)
      await press(other, 'Sign in')
      t.equal(other.url(), `${kb.siteUrl}/two`)
      await press(page, 'Sign in')
      t.equal(page.url(), `${kb.siteUrl}/one?a=1`)
      for (const each of [page, other]) {
        await each.reload()
        t.equal(await readerOn(each), 'ada@example.com')
      }
      await page.goBack()
      await page.goForward()
      t.equal(page.url(), `${kb.siteUrl}/one?a=1`)
      t.equal(await readerOn(page), 'ada@example.com')
      // Back to the login page, whose form is sent once more.
      await page.goBack()
      await press(page, 'Sign in')
      t.equal(page.url(), `${kb.siteUrl}/one?a=1`)
      t.equal(await readerOn(page), 'ada@example.com')
    },
  )
}

t.test('a tab left at the login page until its attempt ran out ends well', async t => {
  const { gatepass, kb, page, tab } = await world(t, 'required')
  await page.goto(`${kb.siteUrl}/stale?a=1`)
  await page.context().clearCookies()
  await press(page, 'Sign in')
  t.equal(await heading(page), 'Invalid authentication code')
  await page.getByRole('link', { name: 'Start again' }).click()
  await press(page, 'Sign in')
  t.equal(page.url(), `${kb.siteUrl}/stale?a=1`)
  t.equal(await readerOn(page), 'ada@example.com')

  // Nothing of it matters where another tab has signed in meanwhile.
  const stale = await tab()
  await stale.context().clearCookies()
  await stale.goto(`${kb.siteUrl}/other`)
  await stale.context().clearCookies()
  await page.reload()
  await press(page, 'Sign in')
  await press(stale, 'Sign in')
  t.equal(stale.url(), `${kb.siteUrl}/other`)
  t.equal(await readerOn(stale), 'ada@example.com')
  t.notOk((await gatepass.steps()).some(step => step.reason === 'code_used'))
})

t.test('a tab on an error page, reloaded after another signed in, leads on', async t => {
  const { kb, page, tab, login } = await world(t, 'required')
  login.echoes = false
  await page.goto(`${kb.siteUrl}/portal`)
  await press(page, 'Sign in')
  t.equal(await heading(page), 'Invalid authentication code')
  login.echoes = true
  const other = await tab()
  await other.goto(`${kb.siteUrl}/other`)
  await press(other, 'Sign in')
  await page.reload()
  t.equal(page.url(), `${kb.siteUrl}/portal`)
})

for (const javaScriptEnabled of [true, false]) {
  const words = javaScriptEnabled ? '' : ', without JavaScript'
  t.test(`"Continue as ...?": reload, Continue, Back and what is behind #${words}`, async t => {
    const { kb, page, login } = await world(t, 'confirm', { javaScriptEnabled })
    Object.assign(login, { echoes: false })
    await page.goto(`${kb.siteUrl}/guide?a=1#install`)
    await press(page, 'Sign in')
    t.equal(await heading(page), 'Continue as ada@example.com?')
    await page.reload()
    await press(page, 'Continue')
    t.equal(page.url(), `${kb.siteUrl}/guide?a=1#install`)
    t.equal(await readerOn(page), 'ada@example.com')
    await page.goBack()
    t.equal(page.url(), `${kb.siteUrl}/guide?a=1#install`, 'the question is answered')
    t.equal(await readerOn(page), 'ada@example.com')
  })
}

t.test('"Continue as ...?": not me, and the login page takes somebody else', async t => {
  const { kb, page, login } = await world(t, 'confirm')
  login.echoes = false
  await page.goto(`${kb.siteUrl}/guide`)
  await press(page, 'Sign in')
  Object.assign(login, { reader: ben, echoes: true })
  await page.getByRole('button', { name: 'Not me: sign in myself' }).click()
  await page.waitForURL(/login\.localhost/)
  await press(page, 'Sign in')
  t.equal(page.url(), `${kb.siteUrl}/guide`)
  t.equal(await readerOn(page), 'ben@example.com')
})

t.test('"Continue as ...?": a form on another site signs nobody in, whatever it knows', async t => {
  const { gatepass, kb, page, tab } = await world(t, 'confirm')
  const callback = `${kb.siteUrl}/jwt/authorize?code=${await gatepass.code(kb, ben)}`
  await page.goto(callback)
  const half = await page.locator('input[name=half]').getAttribute('value')
  const evil = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(
      `<form method="post" action="${callback}"><input name="half" value="${half}">
<input name="answer" value="continue"><button>Win</button></form>`,
    ),
  )
  await new Promise<void>(resolve => evil.listen(0, '127.0.0.1', resolve))
  t.teardown(() => evil.close())
  // Another site altogether, and a neighbour on the same one, to whom even a Strict cookie is sent.
  for (const host of ['127.0.0.1', 'evil.kb.localhost']) {
    const other = await tab()
    await other.goto(`http://${host}:${(evil.address() as AddressInfo).port}/`)
    await press(other, 'Win')
    t.equal(await heading(other), 'This is closed')
    await other.close()
  }
  await press(page, 'Continue')
  t.equal(await readerOn(page), 'ben@example.com')
})

t.test('what is behind # survives the sign-in', async t => {
  for (const [name, settings, survives] of [
    ['where the reader is signed in at the customer already', { signedIn: true }, true],
    ['through a login form that is posted to its own address', { formAction: null }, true],
    ['not through a form that names an action: the browser drops it there', { formAction: '/login' }, false],
  ] as const) {
    await t.test(name, async t => {
      const { kb, page, login } = await world(t, 'required')
      Object.assign(login, settings)
      await page.goto(`${kb.siteUrl}/guide?a=1#install`)
      if (!login.signedIn) await press(page, 'Sign in')
      t.equal(page.url(), `${kb.siteUrl}/guide?a=1${survives ? '#install' : ''}`)
      t.equal(await readerOn(page), 'ada@example.com')
    })
  }

  await t.test('where the login page hands it on as part of redirectUrl', async t => {
    const { gatepass, kb, page } = await world(t, 'off')
    const code = await gatepass.code(kb)
    await page.goto(
      `${kb.siteUrl}/jwt/authorize?code=${code}&redirectUrl=${encodeURIComponent('/guide#install')}`,
    )
    t.equal(page.url(), `${kb.siteUrl}/guide#install`)
  })
})
