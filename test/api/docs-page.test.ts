import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import t from 'tap'
import { operations } from '../../src/api/operations.ts'
import { openBrowser } from '../browser/open-browser.ts'
import { startApp } from '../start-app.ts'
import { furnish } from './every-operation.ts'
import { apiWorld } from './world.ts'

const run = promisify(execFile)
const url = 'http://id.test/api/v1/docs'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const decode = (html: string) => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))

/** The command of each operation, as the page shows it. */
function commands(page: string): Map<string, string> {
  const sections = page.split('<section class="operation"').slice(1)
  return new Map(
    sections.map(section => {
      const id = /<h3 id="([^"]+)"/.exec(section)![1]!
      return [id, decode(/<code>(curl [\s\S]*?)<\/code>/.exec(section)![1]!)]
    }),
  )
}

t.test('works', async t => {
  t.test('every operation has its place, and every link on the page leads somewhere', async t => {
    const gatepass = await startApp(t)
    const response = await gatepass.get(url)
    t.equal(response.statusCode, 200)
    t.match(response.headers['content-security-policy'], /default-src 'none'/)
    t.notMatch(response.body, /<script|style="|onclick/)
    const ids = [...response.body.matchAll(/ id="([^"]+)"/g)].map(match => match[1]!)
    t.equal(new Set(ids).size, ids.length, 'no ID stands there twice')
    for (const { id } of operations) t.ok(ids.includes(id), id)
    for (const [, target] of response.body.matchAll(/href="#([^"]+)"/g))
      t.ok(ids.includes(target!), `#${target}`)
    for (const [, file] of response.body.matchAll(/(?:href)="(\/[^"]+)"/g))
      t.equal((await gatepass.get(`http://id.test${file}`)).statusCode, 200, `${file}`)
  })

  t.test('a problem leads to where it is explained', async t => {
    const world = await apiWorld(t)
    const { type } = (await world.ask('getProject', { params: { project: 'x' } })).json()
    const [page, anchor] = type.split('#')
    t.match((await world.get(page)).body, `id="${anchor}"`)
  })

  t.test('every command works as it stands there', async t => {
    const world = await apiWorld(t)
    await world.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = world.app.server.address() as AddressInfo
    const shown = commands((await world.get(url)).body)
    t.equal(shown.size, operations.length)
    let made = 0
    for (const operation of operations) {
      const slug = `d${++made}`
      const { params } = await furnish(world, slug)
      const name = operation.id === 'createProject' ? `${slug}-new` : slug
      const command = shown
        .get(operation.id)!
        .replaceAll('http://id.test', `http://127.0.0.1:${port}`)
        .replaceAll('acme', name)
      const set = Object.entries(params).map(([part, value]) => [
        part.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase(),
        value,
      ])
      const env = { PATH: process.env.PATH!, GATEPASS_API_KEY: world.key, ...Object.fromEntries(set) }
      const { stdout } = await run('sh', ['-c', `${command} -w '\n%{http_code}'`], { env })
      t.equal(stdout.split('\n').at(-1), String(operation.status), `${operation.id}: ${command}\n${stdout}`)
    }
  })

  t.test('it reads well in a browser, narrow and wide, light and dark', async t => {
    const gatepass = await startApp(t)
    await gatepass.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = gatepass.app.server.address() as AddressInfo
    const browser = await openBrowser()
    t.teardown(() => browser.close())
    // What axe looks at differs by width or by colours, never by both.
    for (const [colorScheme, width] of [
      ['light', 1440],
      ['dark', 390],
    ] as const) {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme,
        bypassCSP: true,
      })
      const page = await context.newPage()
      await page.goto(`http://127.0.0.1:${port}/api/v1/docs`)
      await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
      const sticksOut = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
      t.ok((sticksOut as number) <= 0, `${width}, ${colorScheme}: nothing sticks out`)
      await page.evaluate(axe)
      const found = await page.evaluate('axe.run().then(result => result.violations.map(({ id }) => id))')
      t.same(found, [], `${width}, ${colorScheme}: axe finds nothing`)
      await context.close()
    }
  })
})
