// npm run pictures -- <folder> [numbers]: every page, narrow and wide, light and dark, as PNG files to be looked at.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { password, press } from './visit.ts'
import { openWorld, type World } from './world.ts'

const folder = resolve(process.argv[2] ?? 'data/pictures')
const widths = [390, 1440]
const schemes = ['light', 'dark'] as const

interface Picture {
  readonly name: string
  /** Who is signed in; nobody without it. */
  readonly as?: string
  /** What the browser prefers; English without it. */
  readonly locale?: string
  /** Brings the page in front of the camera. */
  readonly take: (page: Page, world: World) => Promise<unknown>
}

const openAccount = (page: Page) =>
  page.locator('details.account:visible, details.menu:visible').first().click()

const pictures: readonly Picture[] = [
  { name: '01-login', take: (page, { siteUrl }) => page.goto(siteUrl) },
  {
    name: '02-login-refused',
    take: (page, { siteUrl }) => page.goto(siteUrl).then(() => submit(page, 'ada', 'x')),
  },
  { name: '03-customer-home', as: 'ada', take: (page, { customerUrl }) => page.goto(customerUrl) },
  { name: '04-first-page', as: 'ada', take: (page, { siteUrl }) => page.goto(siteUrl) },
  { name: '05-page', as: 'ben', take: (page, { siteUrl }) => page.goto(`${siteUrl}/login-endpoint`) },
  { name: '06-staff-page', as: 'ada', take: (page, { siteUrl }) => page.goto(`${siteUrl}/staff/`) },
  {
    name: '07-menu',
    as: 'ada',
    take: (page, { siteUrl }) => page.goto(siteUrl).then(() => openAccount(page)),
  },
  { name: '08-forbidden', as: 'ben', take: (page, { siteUrl }) => page.goto(`${siteUrl}/staff/`) },
  { name: '09-not-found', as: 'ben', take: (page, { siteUrl }) => page.goto(`${siteUrl}/no/such/page`) },
  { name: '10-search', as: 'ada', take: (page, { siteUrl }) => page.goto(`${siteUrl}/gate/search?q=secret`) },
  {
    name: '11-search-empty',
    as: 'ben',
    take: (page, { siteUrl }) => page.goto(`${siteUrl}/gate/search?q=zebra`),
  },
  { name: '12-signed-out', take: (page, { siteUrl }) => page.goto(`${siteUrl}/gate/signed-out`) },
  { name: '16-signed-out-demo', as: 'ada', take: (page, { siteUrl }) => page.goto(`${siteUrl}/logout`) },
  {
    name: '13-invalid-code',
    take: (page, { siteUrl }) => page.goto(`${siteUrl}/jwt/authorize?code=nonsense`),
  },
  { name: '14-no-code-came-back', as: 'ada', take: (page, world) => refusedPush(page, world) },
  { name: '17-support', as: 'ada', take: (page, { supportUrl }) => page.goto(supportUrl) },
  {
    name: '18-support-ticket',
    as: 'ben',
    take: (page, { supportUrl }) => page.goto(`${supportUrl}/tickets/NW-2038`),
  },
  { name: '19-support-problem', take: (page, { supportUrl }) => page.goto(`${supportUrl}/callback?state=x`) },
  {
    name: '20-sign-out-asked',
    as: 'ada',
    take: (page, { supportUrl, server }) =>
      page.goto(supportUrl).then(() => page.goto(`${server.url}/oauth/logout`)),
  },
  { name: '15-sign-in-server', take: (page, { server }) => page.goto(server.url) },
]

const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32"><rect width="32" height="32" rx="16" fill="#7a1fa2"/><path d="M42 24V8l14 16V8M64 8v16h12M84 8h14M91 8v16" stroke="#7a1fa2" stroke-width="4" fill="none"/></svg>'
const showLogo = (page: Page) =>
  page.route('https://logo.invalid/**', route => route.fulfill({ contentType: 'image/svg+xml', body: logo }))
const brandedUrl = ({ server }: World) => `http://branded.localhost:${server.port}`

/** Pages in a project's own name and colour; `bright` has a colour that no text could have. */
const branded: readonly Picture[] = [
  ...['en', 'de', 'fr', 'es', 'ja'].map(locale => ({
    name: `21-invalid-code-${locale}`,
    locale,
    take: async (page: Page, world: World) => {
      await showLogo(page)
      await page.goto(`${brandedUrl(world)}/jwt/authorize?code=nonsense`)
    },
  })),
  {
    name: '22-logo-fails',
    locale: 'de',
    take: (page, world) => page.goto(`${brandedUrl(world)}/gate/signed-out`),
  },
  {
    name: '23-bright',
    locale: 'ja',
    take: (page, { server }) => page.goto(`http://bright.localhost:${server.port}/jwt/authorize?code=x`),
  },
  ...['de', 'ja'].map(locale => ({
    name: `24-forbidden-${locale}`,
    locale,
    as: 'ben',
    take: (page: Page, { siteUrl }: World) => page.goto(`${siteUrl}/staff/`),
  })),
  { name: '25-page-fr', locale: 'fr', as: 'ada', take: (page, { siteUrl }) => page.goto(siteUrl) },
]

async function makeBranded(world: World): Promise<void> {
  const projects = [
    ['branded', 'Northwind Help', '--accent-color', '#7a1fa2', '--logo-url', 'https://logo.invalid/logo.svg'],
    ['bright', 'Sunny Side', '--accent-color', '#ffe600'],
  ]
  for (const [slug = '', name = '', ...more] of projects) {
    const site = `http://${slug}.localhost:${world.server.port}`
    const args = ['--slug', slug, '--name', name, '--site-url', site, '--login-url', world.customerUrl]
    await world.command('project', 'create', ...args, ...more)
  }
}

async function submit(page: Page, username: string, secret: string): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(secret)
  await press(page.getByRole('button', { name: 'Sign in' }))
}

async function refusedPush(page: Page, world: World): Promise<void> {
  await world.command('secret', 'rotate', '--project', 'demo')
  await page.goto(`${world.customerUrl}/sso`)
}

mkdirSync(folder, { recursive: true })
const world = await openWorld()
await makeBranded(world)
// `npm run pictures -- folder 21,22` takes only these.
const wanted = (process.argv[3] ?? '').split(',')
const all = [...pictures, ...branded].filter(({ name }) => wanted.some(start => name.startsWith(start)))
try {
  for (const colorScheme of schemes) {
    for (const width of widths) {
      for (const { name, as, locale = 'en', take } of all) {
        const context = await world.browser.newContext({
          colorScheme,
          locale,
          viewport: { width, height: 900 },
        })
        const page = await context.newPage()
        if (as) {
          await page.goto(world.siteUrl)
          await submit(page, as, password)
        }
        await take(page, world)
        // Wider than the window is wrong on every page.
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
        if (Number(overflow) > 0) console.log(`${name} at ${width} ${colorScheme} is ${overflow} px too wide`)
        await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) })
        await context.close()
      }
    }
  }
} finally {
  await world.close()
}
console.log(`${all.length * widths.length * schemes.length} pictures are in ${folder}`)
