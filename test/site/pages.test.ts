import t from 'tap'
import { customerAssets } from '../../src/demo/customer-assets.ts'
import { customerHomePage, customerLoginPage } from '../../src/demo/customer-pages.ts'
import { assetPath, assets } from '../../src/site/assets/site-assets.ts'
import { en } from '../../src/site/languages/en.ts'
import { errorPage } from '../../src/site/pages/error-page.ts'
import { forbiddenPage } from '../../src/site/pages/forbidden-page.ts'
import { safeHref } from '../../src/site/pages/safe-href.ts'
import { everyPage as everySitePage } from './every-page.ts'

/** The site's pages, and the demo's. A mail is no page: it has no heading, and its link is always ours. */
function everyPage(text: string, url: string): Record<string, string> {
  const { mail: _, ...pages } = everySitePage(en, text, url)
  return {
    ...pages,
    login: customerLoginPage({
      error: text,
      users: [{ username: text, hint: text }],
      continueTo: url,
      csrf: text,
    }),
    home: customerHomePage({
      user: { name: text, email: text, groups: [text] },
      knowledgeBaseUrl: url,
      supportUrl: url,
    }),
  }
}

t.test('works', async t => {
  t.test('every page is a whole document that needs no script and no inline style', async t => {
    for (const [name, page] of Object.entries(everyPage('Ada', '/a'))) {
      t.match(page, /^<!doctype html>\n<html lang="en">/, name)
      t.match(page, /<title>[^<]+<\/title>/, name)
      t.match(page, /<h1>[^<]+<\/h1>/, name)
      t.equal(page.match(/<main/g)?.length, 1, name)
      t.notMatch(page, /<script|<style|\sstyle=|\son\w+=|undefined|\[object/i, name)
      const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(match => match[1])
      t.equal(new Set(ids).size, ids.length, `${name}: no ID twice`)
    }
  })

  t.test('a reader sees who is signed in, until when, and signs out by POST', async t => {
    const { content, signedIn } = everyPage('Ada', '/a')
    for (const page of [content!, signedIn!]) {
      t.match(page, '<time datetime="2023-11-14T22:13:20.000Z">22:13 UTC</time>')
      t.match(page, '<form method="post" action="/logout">')
      t.notMatch(page, 'href="/logout"')
    }
  })

  t.test('the navigation marks the page that is open', async t => {
    t.match(everyPage('Ada', '/a').content, '<a href="/a" aria-current="page">')
  })

  t.test('an error says what happened, what to do, and which trace ID to send along', async t => {
    const page = errorPage({
      words: en,
      title: 'Invalid authentication code',
      sentence: 'Nobody was signed in.',
      probably: 'It was used before.',
      traceId: '01936f0c2a7e7c1d9b0e5a4f3c2d1b0a',
      startAt: '/docs',
    })
    t.match(page, '<h1>Invalid authentication code</h1>')
    t.match(page, '<p>It was used before.</p>')
    t.match(page, '<a class="button" href="/docs">Start again</a>')
    t.match(page, '<code tabindex="0">01936f0c2a7e7c1d9b0e5a4f3c2d1b0a</code>')
  })

  t.test('a closed page says for whom it is', async t => {
    const say = (needed: string[][] | null) => {
      const reader = { name: '', email: 'ada@example.com', groups: [] }
      const project = { name: 'Acme', logoUrl: null, accentColor: null }
      return forbiddenPage({ words: en, project, reader, needed, traceId: 't' }).replace(/<\/?strong>/g, '')
    }
    t.match(say([['staff']]), 'in the group staff.')
    t.match(say([['a', 'b', 'c']]), 'in one of the groups a, b or c.')
    t.match(say([['a'], ['b', 'c']]), 'in the group a, who are also in one of the groups b or c.')
    t.match(say([[]]), 'closed to everyone')
    t.match(say([['staff']]), /<dt>Signed in as<\/dt><dd>ada@example\.com<\/dd>/)
  })

  t.test('assets carry a hash of their content in their path', async t => {
    t.match(assetPath('site.css'), /^\/gate\/assets\/site\.[0-9a-f]{12}\.css$/)
    for (const asset of [...assets, ...customerAssets]) {
      t.ok(asset.body.length > 0)
      t.match(asset.etag, /^"[0-9a-f]{12}"$/)
      t.ok(asset.path.includes(asset.etag.slice(1, -1)))
    }
    t.same(
      assets.map(asset => asset.contentType),
      ['text/css; charset=utf-8', 'image/svg+xml'],
    )
    t.throws(() => assetPath('none.css'), /No asset/)
  })
})

t.test('resists', async t => {
  t.test('markup in names, titles, groups, paths and trace IDs stays text', async t => {
    for (const hostile of [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='alert(1)",
      '</title><svg onload=alert(1)>',
      '&lt;script&gt;!',
    ]) {
      for (const [name, page] of Object.entries(everyPage(hostile, '/a'))) {
        t.notMatch(
          page,
          /<script|<img|<svg onload|="[^"<>]*"\s*on\w+=|' onmouseover='/i,
          `${name}: ${hostile}`,
        )
      }
    }
  })

  t.test('a URL that is not a path or http(s) never becomes a link', async t => {
    const urls = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'java\nscript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'https:evil.example',
      'vbscript:x',
      'evil',
    ]
    for (const url of urls) {
      t.equal(safeHref(url), '/', JSON.stringify(url))
      for (const [name, page] of Object.entries(everyPage('Ada', url))) {
        t.notMatch(page, /href="(?!\/[^/\\]|\/"|#|https?:\/\/)/, `${name}: ${JSON.stringify(url)}`)
      }
    }
    t.equal(safeHref('/docs?a=1#b'), '/docs?a=1#b')
    t.equal(safeHref('https://app.example.com/login?x=1'), 'https://app.example.com/login?x=1')
  })
})
