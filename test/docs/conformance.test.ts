// docs/conformance.md names tests by file and title; each of them is there.
import t from 'tap'
import { read } from './read-docs.ts'

t.test('works', async t => {
  t.test('every test that the conformance page names exists under that title', async t => {
    const rows = [
      ...read('docs/conformance.md').matchAll(/^\| `(oidcc-[^`]+)` \| .+? \| (.+?) \| (.+) \|$/gm),
    ]
    t.ok(rows.length > 50)
    for (const [, module = '', test, result] of rows) {
      t.match(result, /^(pass|not applicable|not yet)/, module)
      if (test === '-') {
        t.match(result, /^not /, module)
        continue
      }
      const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(test!) ?? []
      t.ok(read(file).replace(/\s+/g, ' ').includes(`'${title}'`), `${module}: ${file}: ${title}`)
    }
  })
})
