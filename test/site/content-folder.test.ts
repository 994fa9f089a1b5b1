import { mkdirSync, renameSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import {
  type ContentFolder,
  mayOpen,
  neighbours,
  openContentFolder,
  type PathRule,
} from '../../src/site/content/content-folder.ts'

/** Writes files below a fresh folder and opens it; the list of pages is never old. */
function folderWith(t: Test, files: Record<string, string | Buffer>, rules: PathRule[] = []) {
  const outside = t.testdir({ content: {} })
  const root = join(outside, 'content')
  const write = (name: string, text: string | Buffer) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  return { root, outside, write, folder: openContentFolder(root, rules, { recheckMs: 0 }) }
}

async function page(folder: ContentFolder, path: string) {
  const found = await folder.find(path)
  if (found?.kind !== 'page') throw new Error(`${path} is ${found?.kind ?? 'not found'}`)
  return found
}

t.test('works', async t => {
  t.test('a path leads to the file that a reader expects', async t => {
    const { root, folder } = folderWith(t, {
      'index.md': '# Home',
      'getting-started.md': '# Start',
      'guide/README.md': '# Guide',
      'guide/set up.md': '# Set up',
      'guide/flow.png': 'png',
      'old.html': '<title>Old &amp; good</title><p>As it was',
    })
    t.match(await folder.find('/'), { kind: 'page', title: 'Home', path: '/', groups: null })
    t.match(await folder.find('/getting-started?x=1'), { kind: 'page', title: 'Start' })
    t.match(await folder.find('/guide/'), { kind: 'page', title: 'Guide', path: '/guide/' })
    t.match(await folder.find('/guide/set%20up'), { kind: 'page', path: '/guide/set%20up' })
    t.match(await folder.find('/guide/flow.png'), { kind: 'file', file: join(root, 'guide/flow.png') })
    t.match(await folder.find('/old'), { kind: 'file', file: join(root, 'old.html') })
    t.match(await folder.find('/old.html'), { kind: 'file', file: join(root, 'old.html') })
    t.equal(await folder.find('/none'), undefined)
  })

  t.test('every other spelling of a page redirects to its clean address', async t => {
    const { folder } = folderWith(t, { 'README.md': '# Home', 'a.md': '# A', 'guide/index.md': '# Guide' })
    const to = async (path: string) => {
      const found = await folder.find(path)
      return found?.kind === 'redirect' ? found.to : found?.kind
    }
    t.equal(await to('/README.md'), '/')
    t.equal(await to('/README'), '/')
    t.equal(await to('/a.md'), '/a')
    t.equal(await to('/a/'), '/a')
    t.equal(await to('/guide'), '/guide/')
    t.equal(await to('/guide/index'), '/guide/')
    t.equal(await to('/guide/index.md'), '/guide/')
  })

  t.test('/docs is the first page, until there is one of that name', async t => {
    const { folder, write } = folderWith(t, { 'index.md': '# Home' })
    t.match(await folder.find('/docs'), { kind: 'page', title: 'Home', path: '/' })
    write('docs.md', '# Docs')
    t.match(await folder.find('/docs'), { kind: 'page', title: 'Docs', path: '/docs' })
  })

  t.test('Markdown becomes clean HTML', async t => {
    const { folder } = folderWith(t, {
      'guide/page.md': [
        '# Title',
        '## Café & codes',
        '## Café & codes',
        '[a](../a.md#x) [self](#x) [out](https://example.com/) [index](index.md) ![i](i.png)',
        '```js\n1 < 2\n```',
        '> [!WARNING]\n> Careful',
        '| a |\n|---|\n| 1 |',
        'See README.md',
      ].join('\n\n'),
    })
    const { html, headings } = await page(folder, '/guide/page')
    t.same(
      headings.map(heading => heading.id),
      ['title', 'café-codes', 'café-codes-2'],
    )
    t.match(html, '<a href="/a#x">')
    t.match(html, '<a href="#x">')
    t.match(html, '<a href="/guide/">')
    t.match(html, '<a href="https://example.com/" rel="noopener noreferrer">')
    t.match(html, 'src="/guide/i.png"')
    t.match(html, '<code class="language-js">1 &lt; 2')
    t.match(html, '<aside class="callout callout-warning" role="note">')
    t.match(html, 'class="table-scroll"')
    t.notMatch(html, 'http://README.md')
  })

  t.test('a page without a heading gets one out of its settings or its name', async t => {
    const { folder } = folderWith(t, { 'a.md': '---\ntitle: A < B\n---\ntext', 'how-to_print.md': 'text' })
    t.match((await page(folder, '/a')).html, '<h1>A &#60; B</h1>')
    t.match((await page(folder, '/how-to_print')).html, '<h1>How to print</h1>')
  })

  t.test('front matter and rules of the path must both be met', async t => {
    const rules = [
      { path: '/internal/*', groups: ['staff', 'partners'] },
      { path: '/pricing', groups: ['sales'] },
    ]
    const { folder } = folderWith(
      t,
      {
        'internal/pay.md': '---\ngroups: [hr]\n---\n# Pay',
        'internal/chart.png': 'png',
        'pricing.md': '# Pricing',
        'open.md': '# Open',
      },
      rules,
    )
    t.same(await folder.groupsFor('/internal/pay'), [['hr'], ['staff', 'partners']])
    t.same(await folder.groupsFor('/internal/chart.png'), [['staff', 'partners']])
    t.same(await folder.groupsFor('/internal'), [['staff', 'partners']])
    t.same(await folder.groupsFor('/internal/missing?x=1'), [['staff', 'partners']])
    t.same(await folder.groupsFor('/pricing.md'), [['sales']])
    t.equal(await folder.groupsFor('/pricing-2'), null)
    t.equal(await folder.groupsFor('/open'), null)
    const pay = await folder.groupsFor('/internal/pay')
    t.equal(mayOpen(pay, ['hr']), false)
    t.equal(mayOpen(pay, ['staff']), false)
    t.equal(mayOpen(pay, ['hr', 'partners']), true)
    t.equal(mayOpen(null, []), true)
  })

  t.test('the navigation is sorted, and shows a reader only what that reader may open', async t => {
    const { folder } = folderWith(
      t,
      {
        'index.md': '# Home',
        'b.md': '---\norder: 1\n---\n# Zebra',
        'a.md': '# Apple',
        'step-10.md': '# Step 10',
        'step-9.md': '# Step 9',
        'guide/index.md': '---\norder: 2\ngroups: [staff]\ntitle: Secret plans\n---\n# x',
        'guide/public.md': '# Public',
        'internal/pay.md': '# Pay',
      },
      [{ path: '/internal/*', groups: ['staff'] }],
    )
    const everyone = await folder.navigation([])
    t.same(
      everyone.map(item => item.title),
      ['Home', 'Zebra', 'Apple', 'Guide', 'Step 9', 'Step 10'],
    )
    t.match(everyone[3], { path: null, children: [{ title: 'Public', path: '/guide/public' }] })
    const staff = await folder.navigation(['staff'])
    t.same(
      staff.map(item => item.title),
      ['Home', 'Zebra', 'Secret plans', 'Apple', 'Internal', 'Step 9', 'Step 10'],
    )
    t.match(neighbours(staff, '/guide/'), { previous: { path: '/b' }, next: { path: '/guide/public' } })
    t.same(neighbours(staff, '/none'), { previous: undefined, next: undefined })
  })

  t.test(
    'the search finds pages that contain every word, and only those that the reader may open',
    async t => {
      const { folder } = folderWith(t, {
        'codes.md': '# Codes\n\nA **code** is good for one minute, says <b>nobody</b>.',
        'other.md': '# Other\n\nThe minute counts, and so does the code.',
        'closed.md': '---\ngroups: [staff]\n---\n# Closed\n\nSecret code of the minute',
      })
      const hits = await folder.search('CODE minute', [])
      t.same(
        hits.map(hit => hit.path),
        ['/codes', '/other'],
      )
      t.same(
        hits[0]!.excerpt.filter(piece => piece.hit).map(piece => piece.text),
        ['code', 'minute'],
      )
      t.equal((await folder.search('code minute', ['staff'])).length, 3)
      for (const query of ['', '   ', 'code zebra', '.*', '[', '\\', '-', '/', 'x'.repeat(100_000)]) {
        t.same(await folder.search(query, []), [], `nothing for ${query.slice(0, 9)}`)
      }
    },
  )

  t.test('a changed, new or deleted file shows at the next request', async t => {
    const { root, folder, write } = folderWith(t, { 'a.md': '# One' })
    t.equal((await page(folder, '/a')).title, 'One')
    write('a.md', '# Two')
    utimesSync(join(root, 'a.md'), 1_700_000_000, 1_700_000_000)
    t.match(await page(folder, '/a'), { title: 'Two', updatedAt: 1_700_000_000_000 })
    write('a.md', '---\ngroups: [staff]\n---\n# Two')
    utimesSync(join(root, 'a.md'), 1_700_000_000, 1_700_000_000)
    t.same(await folder.groupsFor('/a'), [['staff']])
    write('.a.md.new', '---\ngroups: [press]\n---\n# Two')
    utimesSync(join(root, '.a.md.new'), 1_700_000_000, 1_700_000_000)
    renameSync(join(root, '.a.md.new'), join(root, 'a.md'))
    t.same(await folder.groupsFor('/a'), [['press']], 'replaced by a file of the same length and time')
    write('b.md', '# New')
    t.match(await folder.navigation([]), [{ title: 'New' }])
    unlinkSync(join(root, 'b.md'))
    t.same(await folder.navigation([]), [])
    t.equal(await folder.find('/b'), undefined)
  })

  t.test('opening an edited page refreshes a list of pages that is not old yet', async t => {
    const { root, write } = folderWith(t, { 'a.md': '# One' })
    const folder = openContentFolder(root, [], { recheckMs: 3_600_000 })
    t.match(await folder.navigation([]), [{ title: 'One' }])
    write('a.md', '# Another title')
    await folder.find('/a')
    t.match(await folder.navigation([]), [{ title: 'Another title' }])
  })

  t.test('the folder may be a link that moves to the next release', async t => {
    const { outside } = folderWith(t, {})
    for (const name of ['one', 'two']) {
      mkdirSync(join(outside, name))
      writeFileSync(join(outside, name, 'index.md'), `# ${name}`)
    }
    symlinkSync('one', join(outside, 'current'))
    const folder = openContentFolder(join(outside, 'current'), [], { recheckMs: 0 })
    t.equal((await page(folder, '/')).title, 'one')
    symlinkSync('two', join(outside, 'next'))
    renameSync(join(outside, 'next'), join(outside, 'current'))
    t.equal((await page(folder, '/')).title, 'two')
    t.match(await folder.navigation([]), [{ title: 'two' }])
  })
})

t.test('refuses', async t => {
  t.test('settings that cannot be read close the page to everyone and say why', async t => {
    const wrong: Record<string, string | Buffer> = {
      'broken yaml': '---\ngroups: [staff\n---\n# Secret',
      'no second line': '---\ngroups: [staff]\n# Secret',
      'a second key': '---\ngroups: [staff]\ngroups: [all]\n---\n# Secret',
      'empty groups': '---\ngroups: []\n---\n# Secret',
      'groups without a value': '---\ngroups:\n---\n# Secret',
      'groups that are no slugs': '---\ngroups: [{a: 1}]\n---\n# Secret',
      'a misspelt name': '---\nGroups: [staff]\n---\n# Secret',
      'another misspelt name': '---\nreaderGroups: [staff]\n---\n# Secret',
      'no opening line': 'groups: [staff]\n---\n# Secret',
      'a dash that an editor made pretty': '—-\ngroups: [staff]\n—-\n# Secret',
      'another kind of settings': '+++\ngroups = ["staff"]\n+++\n# Secret',
      'prose between the lines': '---\njust words\n---\n# Secret',
      'too many aliases': `---\na: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefghi'.replace(/./g, (c, at) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghi'[at]}`)}]\n`)}---\n# Secret`,
      'another encoding': Buffer.from('\uFEFF---\ngroups: [staff]\n---\n# Secret', 'utf16le'),
      'an old encoding': Buffer.from('---\ngroups: [käufer]\n---\n# Secret', 'latin1'),
      'UTF-16 without a mark': Buffer.from('---\ngroups: [staff]\n---\n# Secret', 'utf16le'),
    }
    for (const [why, text] of Object.entries(wrong)) {
      const { folder } = folderWith(t, { 'a-page.md': text })
      const found = await page(folder, '/a-page')
      t.same(found.groups, [[]], why)
      t.equal(mayOpen(found.groups, ['staff', 'all']), false, why)
      t.match(found.closedBecause, /^a-page\.md is closed to everyone: ./, why)
      t.notMatch(JSON.stringify(found), 'Secret')
      t.same(await folder.navigation(['staff']), [])
      t.same(await folder.search('secret', ['staff']), [])
      t.same(await folder.groupsFor('/a-page.md'), [[]])
    }
  })

  t.test('settings that can be read are not refused for their looks', async t => {
    for (const top of [
      '\uFEFF---\r\ngroups: staff\r\n---\r\n',
      '\n\n---  \ngroups:\n  - staff\n...\n',
      '---\n"groups": ["staff"]\n---\n',
    ]) {
      const { folder } = folderWith(t, { 'a.md': `${top}# Fine` })
      t.match(await page(folder, '/a'), { title: 'Fine', groups: [['staff']], closedBecause: undefined })
    }
    const { folder } = folderWith(t, {
      'a.md': '# About settings\n\n```yaml\ngroups: [staff]\n```\n',
      'b.md': '----\n\nA line first',
    })
    t.equal((await page(folder, '/a')).groups, null)
    t.equal((await page(folder, '/b')).groups, null)
  })

  t.test('an HTML file that brings settings is closed, because they would not be kept', async t => {
    const { folder } = folderWith(t, { 'a.html': '---\ngroups: [staff]\n---\n<title>x</title>' })
    t.match(await folder.find('/a'), { kind: 'file', groups: [[]], closedBecause: /use a rule for its path/ })
  })

  t.test('a rule that cannot be read stops the folder from opening', async t => {
    for (const path of ['internal/*', '/a/*/b', '/internal*', '/*.pdf', '/a/../b', '//a', '/a\\b']) {
      t.throws(() => openContentFolder('/nowhere', [{ path, groups: ['staff'] }]), /cannot be read/, path)
    }
  })

  t.test('a folder that is not there has no pages', async t => {
    const folder = openContentFolder(join(t.testdir(), 'none'))
    t.equal(await folder.find('/'), undefined)
    t.same(await folder.navigation([]), [])
  })
})

t.test('resists', async t => {
  t.test('paths that lead out of the folder, or that two programs could read differently', async t => {
    const { folder, outside } = folderWith(t, {
      'index.md': '# Home',
      'a/b.md': '# B',
      '.env': 'KEY=1',
      '.git/config': 'x',
    })
    writeFileSync(join(outside, 'secret.md'), '# Secret')
    const paths = [
      '/../secret',
      '/../secret.md',
      '/a/../../secret',
      '/a/../a/b',
      '/%2e%2e/secret',
      '/%2E%2E%2Fsecret',
      '/..%2fsecret',
      '/..\\secret',
      '/..%5csecret',
      '/a%2fb',
      '/a//b',
      '//a/b',
      '/./a/b',
      '/a/%2e/b',
      '/%252e%252e/secret',
      '/a%00.md',
      '/a/b%0a',
      '/%',
      '/%ff',
      '/a/b%09',
      '',
      'a/b',
      '../secret',
      'http://x/a/b',
      `/${'a'.repeat(3000)}`,
    ]
    for (const path of paths) {
      t.equal(await folder.find(path), undefined, path)
      t.same(await folder.groupsFor(path), [[]], `closed: ${path}`)
    }
    for (const path of ['/.env', '/.git/config', '/a/.hidden', `/${'a'.repeat(500)}`])
      t.equal(await folder.find(path), undefined, path)
  })

  t.test('links that leave the folder, in a file, in a folder, in a chain, in a loop', async t => {
    const { root, outside, folder } = folderWith(t, { 'index.md': '# Home', '.hidden.md': '# Hidden' })
    mkdirSync(join(outside, 'other'))
    mkdirSync(join(outside, 'content-2'))
    for (const name of ['secret.md', 'other/secret.md', 'content-2/secret.md'])
      writeFileSync(join(outside, name), '# Secret')
    symlinkSync('../secret.md', join(root, 'file.md'))
    symlinkSync('../other', join(root, 'folder'))
    symlinkSync('../content-2', join(root, 'sibling'))
    symlinkSync('file.md', join(root, 'chain.md'))
    symlinkSync('loop.md', join(root, 'loop.md'))
    symlinkSync('.', join(root, 'round'))
    symlinkSync('.hidden.md', join(root, 'dot.md'))
    symlinkSync('index.md', join(root, '.dot.md'))
    for (const path of [
      '/file',
      '/file.md',
      '/folder/secret',
      '/sibling/secret',
      '/chain',
      '/loop',
      '/dot',
      '/.dot',
    ]) {
      t.equal(await folder.find(path), undefined, path)
    }
    t.same(await folder.navigation([]), [{ title: 'Home', path: '/', children: [] }])
  })

  t.test('a link inside the folder does not lead around a rule', async t => {
    const { root, folder } = folderWith(
      t,
      { 'internal/pay.md': '---\ngroups: [hr]\n---\n# Pay', 'internal/pay.png': 'x' },
      [{ path: '/internal/*', groups: ['staff'] }],
    )
    symlinkSync('internal/pay.md', join(root, 'open.md'))
    symlinkSync('internal/pay.md', join(root, 'open.txt'))
    symlinkSync('internal/pay.png', join(root, 'open.png'))
    symlinkSync('internal', join(root, 'public'))
    t.same(await folder.groupsFor('/open'), [['hr'], ['staff']])
    t.match(await folder.find('/open.txt'), { kind: 'page', groups: [['hr'], ['staff']] })
    t.same(await folder.groupsFor('/open.png'), [['staff']])
    t.same(await folder.groupsFor('/public/pay'), [['hr'], ['staff']])
    const closedName = openContentFolder(root, [{ path: '/public/*', groups: ['press'] }])
    t.same(await closedName.groupsFor('/public/pay.png'), [['press']])
  })

  t.test('other spellings of a path do not lead around its rule', async t => {
    const { folder } = folderWith(t, { 'mein ordner/a.md': '# A' }, [
      { path: '/Internal/', groups: ['staff'] },
      { path: '/mein%20ordner/*', groups: ['staff'] },
    ])
    for (const path of [
      '/internal',
      '/INTERNAL/x',
      '/internal;a=b/x',
      '/%69nternal/x',
      '/internal/?a',
      '/mein%20ordner/a',
      '/mein ordner/x.png',
    ]) {
      t.same(await folder.groupsFor(path), [['staff']], path)
    }
    t.equal(await folder.groupsFor('/internals'), null)
  })

  t.test('titles, headings and file names that carry markup', async t => {
    const { folder } = folderWith(t, {
      'a.md':
        '---\ntitle: "<img src=x onerror=alert(1)>"\n---\n## "><script>alert(1)</script>\n\n[x](javascript:alert(1)) ![x](javascript:alert(1))',
      '<b>"x".md': 'text',
    })
    const { html } = await page(folder, '/a')
    t.notMatch(html, '<img src=x')
    t.notMatch(html, 'href="javascript:')
    t.notMatch(html, 'src="javascript:')
    t.match(html, 'aria-label="Link to “&quot;&gt;')
    t.notMatch(html, /(aria-label|id)="[^"]*[<>][^"]*"/)
    t.match((await page(folder, '/%3Cb%3E%22x%22')).html, '<h1>&#60;b&#62;&#34;x&#34;</h1>')
  })
})
