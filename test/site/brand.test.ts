import t from 'tap'
import { updateProject } from '../../src/projects/update-project.ts'
import { brandColours, surfaces } from '../../src/site/brand/brand-colours.ts'
import { brandPath, brandStylesheet } from '../../src/site/brand/brand-stylesheet.ts'
import { contrast } from '../../src/site/brand/contrast.ts'
import { atLightness, lightnessOf } from '../../src/site/brand/lightness.ts'
import { en } from '../../src/site/languages/en.ts'
import fc from '../properties.ts'
import { issuer, startApp } from '../start-app.ts'
import { everyPage } from './every-page.ts'

const themes = ['light', 'dark'] as const
const logoUrl = 'https://cdn.acme.test/logo.svg'

/** Names every pair of text and ground that cannot be read. */
function unreadable(colour: string): string[] {
  return themes.flatMap(theme => {
    const { accent, wash, button, ink, hover } = brandColours(colour, theme)
    const pairs = [
      ...[...surfaces[theme], wash].map(ground => [accent, ground] as const),
      [ink, button] as const,
      [ink, hover] as const,
    ]
    return pairs
      .filter(([text, ground]) => contrast(text, ground) < 4.5)
      .map(([text, ground]) => `${colour} ${theme}: ${text} on ${ground} has ${contrast(text, ground)}`)
  })
}

t.test('works', async t => {
  t.test('contrast is that of WCAG', async t => {
    t.equal(contrast('#000000', '#ffffff'), 21)
    t.equal(contrast('#ffffff', '#ffffff'), 1)
    t.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54')
    t.equal(contrast('#0000ff', '#ffffff').toFixed(2), '8.59')
    t.equal(contrast('#ffff00', '#ffffff').toFixed(2), '1.07')
  })

  t.test('a colour at its own lightness is itself, and keeps its hue at another', async t => {
    for (const colour of ['#0b6355', '#ff8800', '#ffffff', '#000000', '#ffff00', '#123456']) {
      t.equal(atLightness(colour, lightnessOf(colour)), colour)
    }
    t.match(atLightness('#ffff00', 0.5), /^#([5-7].)\1?[5-7].0/, 'dark yellow is olive')
  })

  t.test('every text is readable in both themes, whatever the colour', async t => {
    const named = ['#ffffff', '#000000', '#ffff00', '#ff0000', '#00ff00', '#0000ff', '#00ffff', '#ff00ff']
    for (const colour of [...named, '#808080', '#767676', '#0b6355', '#62d2ba', '#ff8800', '#141918']) {
      t.same(unreadable(colour), [])
    }
    const anyColour = fc.integer({ min: 0, max: 0xffffff }).map(n => `#${n.toString(16).padStart(6, '0')}`)
    t.doesNotThrow(() => fc.assert(fc.property(anyColour, colour => unreadable(colour).length === 0)))
  })

  t.test('a colour that is readable stays as it is, and the button is always the colour itself', async t => {
    t.equal(brandColours('#0b6355', 'light').accent, '#0b6355')
    t.equal(brandColours('#ffff00', 'dark').accent, '#ffff00')
    t.match(brandColours('#ffff00', 'light'), { button: '#ffff00', ink: '#000000' })
    t.match(brandColours('#000000', 'dark'), { button: '#000000', ink: '#ffffff' })
  })

  t.test('the stylesheet is public at the site and at the identity server, and kept for ever', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ accentColor: '#ff8800', logoUrl })
    const page = await gatepass.get(`${acme.siteUrl}/gate/signed-out`)
    const href = page.body.match(/<link rel="stylesheet" href="(\/gate\/brand\/[^"]+)">/)![1]!
    t.equal(href, brandPath('#ff8800'))
    for (const origin of [acme.siteUrl, issuer]) {
      const answer = await gatepass.get(origin + href)
      t.equal(answer.statusCode, 200)
      t.match(answer.headers, { 'content-type': /^text\/css/, 'cache-control': /immutable/ })
      t.equal(answer.body, brandStylesheet('#ff8800'))
      t.match(answer.body, '--button: #ff8800')
    }
  })

  t.test('logo and colour come and go with the setting', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const look = async () => (await gatepass.get(`${acme.siteUrl}/gate/signed-out`)).body
    t.notMatch(await look(), /gate\/brand|<img/)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { accentColor: '#FF8800', logoUrl })
    t.match(await look(), brandPath('#ff8800'))
    t.match(await look(), `<img class="logo" src="${logoUrl}" alt="Acme" referrerpolicy="no-referrer">`)
    t.match(await look(), '<span aria-hidden="true">Acme</span>')
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { accentColor: null, logoUrl: null })
    t.notMatch(await look(), /gate\/brand|<img/)
  })
})

t.test('refuses', async t => {
  t.test('a stylesheet of what is no colour, or of another version', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const good = brandPath('#ff8800').slice('/gate/brand/'.length)
    for (const file of [
      'ff8800.css',
      'ff8800.000000000000.css',
      good.replace('ff8800', 'FF8800'),
      good.replace('ff8800', 'ff8801'),
      'red.css',
      '%7D%7D%7D%7D%7D%7D.css',
      '..%2Fsite.css',
      `${good}x`,
    ]) {
      for (const origin of [acme.siteUrl, issuer]) {
        t.equal((await gatepass.get(`${origin}/gate/brand/${file}`)).statusCode, 404, file)
      }
    }
  })
})

t.test('resists', async t => {
  t.test('a hostile name, logo or colour stays text, and loads nothing but an image', async t => {
    for (const hostile of [
      '"><script>alert(1)</script>',
      "' onerror='alert(1)",
      '</title><img src=x onerror=alert(1)>',
    ]) {
      for (const logo of [
        `https://x.test/${hostile}`,
        `javascript:alert(1)//${hostile}`,
        `//x.test/${hostile}`,
      ]) {
        const brand = { logoUrl: logo, accentColor: '#ff8800' }
        for (const [name, page] of Object.entries(everyPage(en, hostile, '/a', brand))) {
          t.notMatch(
            page,
            /<script|<img(?! class="logo" src="(https:|\/"))|="[^"<>]*"\s*on\w+=|' onerror='/i,
            name,
          )
        }
      }
    }
  })

  t.test('what the settings would take as a logo cannot leave its attribute', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ logoUrl: `https://x.test/"onerror="alert(1)`, name: '"><script>' })
    const page = await gatepass.get(`${acme.siteUrl}/gate/signed-out`)
    t.notMatch(page.body, /"onerror="|<script/)
    t.match(page.headers['content-security-policy'], /default-src 'none'; style-src 'self'/)
  })
})
