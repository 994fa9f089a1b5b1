// The pages that readers meet, through the doors: in the language that they ask for, and in the name of the project.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { updateProject } from '../../src/projects/update-project.ts'
import { brandPath } from '../../src/site/brand/brand-stylesheet.ts'
import type { Words } from '../../src/site/languages/en.ts'
import { languages } from '../../src/site/languages/languages.ts'
import { Jar } from '../jar.ts'
import { browser, register, requestOf, signInThrough } from '../oidc/world.ts'
import { issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'

type Headers = Record<string, string>
interface World {
  readonly gatepass: TestApp
  readonly acme: TestProject
  readonly reader: Headers
  readonly clientId: string
}
interface Kind {
  /** Asks for the page. `query`: to be added to its address, without `?`. */
  readonly ask: (world: World, headers: Headers, query: string) => Promise<LightMyRequestResponse>
  readonly heading: (words: Words) => string
  readonly status?: number
  /** Pages at the identity server that speak of no project. */
  readonly ofNobody?: boolean
  /** Where not even the query can be read. */
  readonly unreadable?: boolean
}

const at = (path: string, query: string) => path + (query && (path.includes('?') ? '&' : '?')) + query
const page =
  (path: string): Kind['ask'] =>
  ({ gatepass, acme, reader }, headers, query) =>
    gatepass.get(acme.siteUrl + at(path, query), { ...reader, ...headers })
const stranger =
  (url: (world: World) => string): Kind['ask'] =>
  (world, headers, query) =>
    world.gatepass.get(at(url(world), query), headers)

const kinds: Record<string, Kind> = {
  'a page of the knowledge base': { ask: page('/'), heading: () => 'First page' },
  'no such page': { ask: page('/nowhere'), heading: words => words.notFound.heading, status: 404 },
  'a closed page': { ask: page('/closed'), heading: words => words.forbidden.title, status: 403 },
  'a search': { ask: page('/gate/search?q=word'), heading: words => words.search.title },
  'a farewell': { ask: page('/gate/signed-out'), heading: words => words.signedOut.title },
  'a code that is none': {
    ask: stranger(({ acme }) => `${acme.siteUrl}/jwt/authorize?code=x`),
    heading: words => words.error.titles.code,
    status: 400,
  },
  'a sign-in of an application that is over': {
    ask: page('/gate/continue?authorization=x'),
    heading: words => words.error.titles.other,
    status: 400,
  },
  'two session cookies': {
    ask: ({ gatepass, acme }, headers, query) =>
      gatepass.get(acme.siteUrl + at('/', query), { ...headers, cookie: 'gatepass=a; gatepass=b' }),
    heading: words => words.error.titles.other,
    status: 400,
  },
  'a method that no page has': {
    ask: ({ gatepass, acme }, headers, query) =>
      gatepass.app.inject({ method: 'PUT', url: acme.siteUrl + at('/', query), headers }),
    heading: words => words.error.titles.other,
    status: 405,
  },
  'an address that cannot be read': {
    ask: stranger(({ acme }) => `${acme.siteUrl}/%zz`),
    heading: words => words.error.titles.other,
    status: 400,
    unreadable: true,
  },
  'the question whether to continue': {
    async ask({ gatepass, acme }, headers, query) {
      await updateProject(gatepass.rules, gatepass.actor, acme.slug, { binding: 'confirm' })
      const code = await gatepass.code(acme)
      return await gatepass.get(at(`${acme.siteUrl}/jwt/authorize?code=${code}`, query), headers)
    },
    heading: words => words.confirm.title('ada@example.com'),
  },
  'not me': {
    async ask({ gatepass, acme }, headers, query) {
      await updateProject(gatepass.rules, gatepass.actor, acme.slug, { binding: 'confirm' })
      const url = at(`${acme.siteUrl}/jwt/authorize?code=${await gatepass.code(acme)}`, query)
      const tab = new Jar(gatepass.app)
      const half = (await tab.get(url)).body.match(/name="half" value="([^"]*)"/)![1]!
      return await tab.post({ url, form: { half, answer: 'not-me' }, headers })
    },
    heading: words => words.notMe.title,
  },
  'sign-in that is switched off': {
    async ask(world, headers, query) {
      const { gatepass, acme } = world
      await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
      return await gatepass.get(acme.siteUrl + at('/', query), headers)
    },
    heading: words => words.error.titles.closed,
    status: 403,
  },
  'at the identity server, an application that is unknown': {
    ask: stranger(() => `${issuer}/oauth/authorize?client_id=nobody`),
    heading: words => words.error.titles.other,
    status: 400,
    ofNobody: true,
  },
  'at the identity server, an address that is not registered': {
    ask: stranger(
      ({ clientId }) => `${issuer}/oauth/authorize?client_id=${clientId}&redirect_uri=https://evil.test`,
    ),
    heading: words => words.error.titles.other,
    status: 400,
  },
  'at the identity server, a code that is used': {
    async ask({ gatepass, acme, clientId }, headers, query) {
      await updateProject(gatepass.rules, gatepass.actor, acme.slug, { siteElsewhere: true })
      const code = await gatepass.code(acme)
      await gatepass.swap(acme, code)
      const tab = new Jar(gatepass.app)
      await tab.get(requestOf(clientId).href)
      return await tab.get(at(`${issuer}/jwt/authorize?code=${code}`, query), headers)
    },
    heading: words => words.error.titles.code,
    status: 400,
  },
  'at the identity server, a sign-in that another browser began': {
    async ask({ gatepass, clientId }, headers, query) {
      const { url } = await browser(gatepass).go(requestOf(clientId))
      const path = new URL(url.searchParams.get('RedirectPath')!, issuer)
      const authorization = path.searchParams.get('authorization')
      const there = `${issuer}/oauth/continue?authorization=${authorization}&ticket=x`
      return await gatepass.get(at(there, query), headers)
    },
    heading: words => words.error.titles.other,
    status: 400,
  },
  'at the identity server, the question whether to sign out': {
    async ask({ gatepass, acme, clientId }, headers, query) {
      const tab = browser(gatepass)
      await signInThrough(gatepass, acme, requestOf(clientId), tab)
      const cookie = [...tab.jar('id.test')].map(([name, value]) => `${name}=${value}`).join('; ')
      return await gatepass.get(at(`${issuer}/oauth/logout`, query), { ...headers, cookie })
    },
    heading: words => words.signOut.title,
  },
  'at the identity server, a farewell': {
    ask: stranger(({ clientId }) => `${issuer}/oauth/logout?client_id=${clientId}`),
    heading: words => words.signedOut.title,
  },
  'the identity server itself': {
    ask: stranger(() => `${issuer}/`),
    heading: words => words.landing.heading,
    ofNobody: true,
  },
}

async function prepare(t: Test, more: Record<string, unknown> = {}): Promise<World> {
  const gatepass = await startApp(t)
  const folder = join(gatepass.folder, 'pages')
  mkdirSync(folder)
  writeFileSync(join(folder, 'index.md'), '# First page\n\nA word.\n\n## One\n\n## Two\n')
  writeFileSync(join(folder, 'closed.md'), '---\ngroups: [staff]\n---\n# Closed\n')
  const acme = await gatepass.project({ siteFolder: folder, ...more })
  const reader = { cookie: await gatepass.signIn(acme) }
  const { clientId } = await register(gatepass, acme)
  return { gatepass, acme, reader, clientId }
}

const headingOf = (answer: LightMyRequestResponse) =>
  answer.body.match(/<h1[^>]*>([^<]*)<\/h1>/)?.[1]?.replaceAll('&#39;', "'")

t.test('works', async t => {
  for (const [name, { ask, heading, status = 200, unreadable }] of Object.entries(kinds)) {
    t.test(`${name}: in every language, by header and by ui_locales`, async t => {
      const world = await prepare(t)
      for (const words of languages) {
        const byHeader = await ask(world, { 'accept-language': `xx, ${words.tag};q=0.8, en;q=0.1` }, '')
        const byParameter = await ask(
          world,
          { 'accept-language': 'xx' },
          `ui_locales=xx%20${words.tag}-XX%20en`,
        )
        for (const answer of unreadable ? [byHeader] : [byHeader, byParameter]) {
          t.equal(answer.statusCode, status)
          t.equal(headingOf(answer), heading(words))
          t.match(answer.body, `<html lang="${words.tag}">`)
          t.equal(answer.headers['content-language'], words.tag)
          const isError = Object.values(words.error.titles).includes(heading(words))
          const buttons = [...answer.body.matchAll(/class="button"[^>]*>([^<]*)</g)].map(found => found[1])
          if (isError) t.same(buttons, [words.shared.startAgain], 'one button that starts again')
        }
        t.equal(byHeader.headers.vary, 'Accept-Language')
        t.equal(byParameter.headers.vary, unreadable ? 'Accept-Language' : undefined)
      }
    })
  }

  t.test('every page of a project has its name, logo and colour, and links to its stylesheet', async t => {
    const logoUrl = 'https://cdn.acme.test/logo.png'
    for (const [name, { ask, ofNobody }] of Object.entries(kinds)) {
      const world = await prepare(t, { name: 'Acme Help', logoUrl, accentColor: '#ffff00' })
      const { body } = await ask(world, {}, '')
      if (ofNobody) t.notMatch(body, /gate\/brand|<img/, name)
      else {
        t.match(body, `<link rel="stylesheet" href="${brandPath('#ffff00')}">`, name)
        t.match(body, `<img class="logo" src="${logoUrl}" alt="Acme Help"`, name)
      }
    }
  })

  t.test('a page says in which language its author wrote it, whatever its frame speaks', async t => {
    const { gatepass, acme, reader } = await prepare(t)
    const write = (name: string, lang: string) =>
      writeFileSync(join(gatepass.folder, 'pages', `${name}.md`), `---\n${lang}\n---\n# A page\n`)
    write('known', 'lang: fr-CA')
    write('unknown', 'title: A page')
    write('nonsense', `lang: '"><script>'`)
    for (const [name, lang] of [
      ['known', 'fr-CA'],
      ['unknown', ''],
      ['nonsense', ''],
    ]) {
      const { body } = await gatepass.get(`${acme.siteUrl}/${name}`, { ...reader, 'accept-language': 'ja' })
      t.match(body, '<html lang="ja">')
      t.match(body, `<article class="prose" lang="${lang}">`)
    }
  })

  t.test('what the reader is told is ours, and the reason stays in the timeline', async t => {
    const world = await prepare(t)
    const { gatepass, acme } = world
    const code = await gatepass.code(acme)
    gatepass.clock.seconds(60)
    const answer = await gatepass.callback(acme, code, { headers: { 'accept-language': 'fr' } })
    t.match(answer.body, 'il est valable une minute')
    t.notMatch(answer.body, /unknown, expired, used/)
    t.match((await gatepass.attempt(answer.headers['x-trace-id'] as string)).at(-1), {
      reason: 'code_expired',
    })
    t.match(answer.body, answer.headers['x-trace-id'] as string)
  })

  t.test('an application’s ui_locales travel with the reader to the login page', async t => {
    const { gatepass, acme, clientId } = await prepare(t)
    const asked = requestOf(clientId, { ui_locales: 'pt-BR ja' })
    const { url } = await browser(gatepass).go(asked)
    t.equal(url.searchParams.get('ui_locales'), 'pt-BR ja')
    t.match(url.searchParams.get('RedirectPath'), /ui_locales=pt-BR\+ja/)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { siteElsewhere: true })
    const elsewhere = await browser(gatepass).go(asked)
    t.equal(elsewhere.url.searchParams.get('ui_locales'), 'pt-BR ja')
    const hostile = await browser(gatepass).go(requestOf(clientId, { ui_locales: '<script>' }))
    t.equal(hostile.url.searchParams.get('ui_locales'), null)
  })

  t.test('discovery names the languages', async t => {
    const gatepass = await startApp(t)
    const metadata = (await gatepass.get(`${issuer}/.well-known/openid-configuration`)).json()
    t.same(
      metadata.ui_locales_supported,
      languages.map(words => words.tag),
    )
  })

  t.test('starting again at the identity server leads to the project, and not to the server', async t => {
    const world = await prepare(t)
    const startOf = (answer: LightMyRequestResponse) =>
      answer.body.match(/<a class="button" href="([^"]*)">Start again/)?.[1]
    const used = await kinds['at the identity server, a code that is used']!.ask(
      world,
      {},
      'redirectUrl=/guide',
    )
    t.equal(startOf(used), 'http://acme.test/guide')
    const kind = kinds['at the identity server, a sign-in that another browser began']!
    t.equal(startOf(await kind.ask(await prepare(t), {}, '')), 'https://kb.example/')
  })
})

t.test('resists', async t => {
  t.test('a ui_locales that is no list of tags, or comes twice, is passed over', async t => {
    const { gatepass, acme } = await prepare(t)
    for (const query of [
      'ui_locales=de&ui_locales=fr',
      'ui_locales=%3Cscript%3E',
      `ui_locales=${'x'.repeat(300)}`,
    ]) {
      const answer = await gatepass.get(`${acme.siteUrl}/gate/signed-out?${query}`, {
        'accept-language': 'es',
      })
      t.match(answer.body, '<html lang="es">', query)
    }
  })

  t.test('a client of another project brands no page of this one', async t => {
    const world = await prepare(t, { name: 'Acme Help', accentColor: '#ffff00' })
    const { gatepass, acme } = world
    await gatepass.project({ slug: 'other', name: 'Other', accentColor: '#ff0000' })
    const answer = await gatepass.get(`${acme.siteUrl}/jwt/authorize?code=x`)
    t.match(answer.body, brandPath('#ffff00'))
    t.notMatch(answer.body, brandPath('#ff0000'))
  })
})
