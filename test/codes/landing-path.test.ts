import t from 'tap'
import { landingPath } from '../../src/codes/landing-path.ts'
import fc from '../properties.ts'

/** Where a browser at `base` goes for a Location header. */
const goesTo = (location: string, base = 'https://kb.test/jwt/authorize?code=x') => new URL(location, base)

t.test('works', async t => {
  t.test('paths come back as they are, queries and fragments included', async t => {
    for (const path of [
      '/',
      '/docs',
      '/a/b/c',
      '/a%20b?x=1&y=%2F%2F#top',
      '/a//b',
      '/~ada/!$&()*+,;=:@',
      '/?//evil',
    ]) {
      t.equal(landingPath(path), path)
    }
  })

  t.test('dots are resolved', async t => {
    t.equal(landingPath('/a/./b/../c'), '/a/c')
    t.equal(landingPath('/../../etc/passwd'), '/etc/passwd')
    t.equal(landingPath('/%2e%2e/x'), '/x')
  })

  t.test('any path of plain segments survives', async () => {
    const segment = fc.stringMatching(/^[a-z0-9_~-]{1,12}$/)
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), segments => {
        const path = `/${segments.join('/')}`
        return path === '/jwt/authorize' || path === '/logout' || landingPath(path) === path
      }),
    )
  })
})

t.test('refuses', async t => {
  t.test('what is no text', async t => {
    for (const value of [undefined, null, 5, {}, [], ['/a'], ['/a', '/b'], true])
      t.equal(landingPath(value), undefined)
  })

  t.test('the doors that would spend a code or a session, in every spelling', async t => {
    const doors = ['/logout', '/logout?x', '/./logout', '/a/../logout', '/%6cogout', '/jwt/authorize?code=x']
    for (const path of [...doors, '/jwt/%61uthorize', '/jwt/x/%2e%2e/authorize'])
      t.equal(landingPath(path), undefined)
    t.equal(landingPath('/logouts'), '/logouts')
  })

  t.test('a backslash anywhere: browsers read it as a slash, others do not', async t => {
    for (const path of ['/a\\b', '/a\\..\\b', '/?\\', '/\\']) t.equal(landingPath(path), undefined)
  })

  t.test('what is too long', async t => {
    t.equal(landingPath(`/${'x'.repeat(2047)}`)?.length, 2048)
    t.equal(landingPath(`/${'x'.repeat(2048)}`), undefined)
  })
})

t.test('resists', async t => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    // What parsers quarrel about, in any order.
    fc
      .array(
        fc.constantFrom(
          ...[
            '/',
            '//',
            '\\',
            '.',
            '..',
            '%2e',
            '%2E',
            '%2f',
            '%5c',
            '@',
            ':',
            '?',
            '#',
            ';',
            '\t',
            '\n',
            '\r',
            ' ',
          ],
          ...[
            '\u0000',
            'evil.test',
            'https:',
            'http:',
            'javascript:',
            'a',
            '\uff0f',
            '\u2044',
            '\ud800',
            '[',
            ']',
          ],
        ),
        { maxLength: 12 },
      )
      .map(parts => parts.join('')),
  )

  t.test('whatever is asked, the browser stays on the site', async () => {
    const stays = (asked: string) => {
      const path = landingPath(asked)
      if (path === undefined) return true
      const absolute = goesTo(`https://kb.test${path}`)
      return (
        /^\/(?![/\\])[\x21-\x7e]*$/.test(path) &&
        goesTo(path).origin === 'https://kb.test' &&
        absolute.origin === 'https://kb.test' &&
        absolute.pathname !== '/logout'
      )
    }
    fc.assert(fc.property(hostile, stays), { numRuns: 2000 })
    fc.assert(
      fc.property(hostile, rest => stays(`/${rest}`)),
      { numRuns: 5000 },
    )
  })

  t.test('what was checked once stays as it is when it is checked again', async () => {
    fc.assert(
      fc.property(hostile, rest => {
        const path = landingPath(`/${rest}`)
        return path === undefined || landingPath(path) === path
      }),
      { numRuns: 5000 },
    )
  })
})
