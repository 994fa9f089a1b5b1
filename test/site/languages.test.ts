import t from 'tap'
import { chooseLanguage } from '../../src/site/languages/choose-language.ts'
import { en, type Words } from '../../src/site/languages/en.ts'
import { languages } from '../../src/site/languages/languages.ts'
import fc from '../properties.ts'
import { everyPage, saidBy } from './every-page.ts'

type Leaf = string | ((...values: never[]) => string)

/** Every sentence by its path; functions as what they say for these values. */
function sentencesOf(words: Words): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: Leaf | object, path: string): void => {
    if (typeof value === 'string') return void found.set(path, value)
    if (typeof value !== 'function') {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`)
      return
    }
    const say = value as (...values: unknown[]) => string
    if (path === 'search.found') {
      found.set(`${path} one`, say(1, 'ONE'))
      found.set(`${path} more`, say(3, 'ONE'))
    } else found.set(path, path === 'forbidden.forReaders' ? say(['ONE', 'TWO']) : say('ONE'))
  }
  walk(words, '')
  return found
}

/** A language that says of each sentence which one it is, so that a text of any other origin stands out. */
function marked(value: unknown, path = ''): unknown {
  if (path === '.tag' || path === '.locale') return value
  if (typeof value === 'string') return `⟦${path}⟧`
  if (typeof value === 'function') return (...given: unknown[]) => `⟦${path}⟧${given.flat().join(' ')}`
  return Object.fromEntries(
    Object.entries(value as object).map(([key, inner]) => [key, marked(inner, `${path}.${key}`)]),
  )
}

const tagOf = (uiLocales: string | undefined, header: string | undefined) =>
  chooseLanguage(uiLocales, header).words.tag

t.test('works', async t => {
  t.test('every language has every sentence, as text without markup, of its own', async t => {
    const english = sentencesOf(en)
    // Words that are the same in both.
    const alike = new Set(['frame.menu', 'frame.pages', 'shared.name'])
    for (const words of languages) {
      const sentences = sentencesOf(words)
      t.same([...sentences.keys()], [...english.keys()], words.tag)
      for (const [path, sentence] of sentences) {
        t.match(sentence, /\S/, `${words.tag} ${path}`)
        t.equal(sentence, sentence.normalize('NFC'))
        t.notMatch(sentence, /[<>&]|undefined|\s\s/, `${words.tag} ${path}`)
        t.equal(/ONE/.test(sentence), /ONE/.test(english.get(path)!), `${words.tag} ${path} names its value`)
        if (words !== en && path !== 'search.found one' && !alike.has(path))
          t.not(sentence, english.get(path), `${words.tag} ${path}`)
      }
      t.equal(new Intl.Locale(words.locale).language, words.tag)
    }
  })

  t.test('pages say nothing but their words and what they are given', async t => {
    const pages = everyPage(marked(en) as Words, 'GIVEN', '/given')
    const used = new Set<string>()
    for (const [name, page] of Object.entries(pages)) {
      for (const said of saidBy(page)) {
        for (const [, path] of said.matchAll(/⟦\.([\w.]+)⟧/g)) used.add(path!)
        const rest = said.replace(/⟦[^⟧]*⟧/g, '').replaceAll('GIVEN', '')
        // Names, initials, times and dates, and the signs between them.
        t.match(
          rest,
          /^(?:Gatepass|Trusted|Firefox|Linux|G|404|\d\d:\d\d UTC|1 January 1970|\d|and|or|[\s·,]|\/given)*$/,
          `${name}: ${said}`,
        )
      }
    }
    const paths = [...sentencesOf(en).keys()].map(path => path.split(' ')[0]!)
    t.same(
      [...new Set(paths)].filter(path => !['tag', 'locale'].includes(path) && !used.has(path)),
      [],
    )
  })

  t.test('a page in another language says so, and no sentence of it is English', async t => {
    const english = sentencesOf(en)
    for (const words of languages.slice(1)) {
      const own = sentencesOf(words)
      const foreign = [...english].filter(
        ([path, sentence]) => own.get(path) !== sentence && !/^(tag|locale)$/.test(path),
      )
      for (const [name, page] of Object.entries(everyPage(words, 'ONE', '/given'))) {
        t.match(page, `<html lang="${words.tag}">`, name)
        for (const said of saidBy(page)) {
          const text = said.replaceAll('&#39;', "'")
          for (const [path, sentence] of foreign) {
            // Short words are parts of others' words; whole texts are not.
            const found = sentence.length < 12 ? text === sentence : text.includes(sentence)
            if (found) t.fail(`${words.tag} ${name} says ${path}: ${sentence}`)
          }
          t.notMatch(text, /\b(the|this|you|of|with|sign-in)\b/i, `${words.tag} ${name}`)
        }
      }
    }
  })

  t.test('dates and lists are written as in the language', async t => {
    const days = {
      en: '1 January 1970',
      de: '1. Januar 1970',
      fr: '1 janvier 1970',
      es: '1 de enero de 1970',
      ja: '1970年1月1日',
    }
    const lists = { en: 'a, b or c', de: 'a, b oder c', fr: 'a, b ou c', es: 'a, b o c', ja: 'a、b、またはc' }
    for (const words of languages) {
      const pages = everyPage(words, 'x', '/x')
      const tag = words.tag as keyof typeof days
      t.match(pages.content, `>${days[tag]}</time>`)
      const list = new Intl.ListFormat(words.locale, { type: 'disjunction' }).format(['a', 'b', 'c'])
      t.equal(list, lists[tag])
    }
  })

  t.test('ui_locales goes first, the first tag that is spoken here wins', async t => {
    t.equal(tagOf('ja', 'de'), 'ja')
    t.equal(tagOf('xx fr-CA en', 'de'), 'fr')
    t.equal(tagOf('FR', undefined), 'fr')
    t.equal(tagOf('de-Latn-AT-1996', undefined), 'de')
    t.equal(tagOf('xx yy', 'es'), 'es')
    t.equal(tagOf('  ', 'es'), 'es')
    t.equal(chooseLanguage('ja', 'de').varies, false)
    t.equal(chooseLanguage('xx', 'de').varies, true)
    t.equal(chooseLanguage(undefined, undefined).varies, true)
  })

  t.test('Accept-Language goes by its weights', async t => {
    const cases: [header: string | undefined, tag: string][] = [
      [undefined, 'en'],
      ['', 'en'],
      ['de', 'de'],
      ['de-CH', 'de'],
      ['de-CH, de;q=0.9, en;q=0.8', 'de'],
      ['en;q=0.8, fr', 'fr'],
      ['fr;q=0.5, es;q=0.51', 'es'],
      ['fr;q=0.5,es;q=0.5', 'fr'],
      ['nl, pt;q=0.9, ja;q=0.1', 'ja'],
      ['nl', 'en'],
      ['*', 'en'],
      ['nl, *;q=0.5', 'en'],
      ['*, de;q=0.5', 'en'],
      ['en;q=0, *', 'de'],
      ['en;q=0, de;q=0.000, *;q=0.1', 'fr'],
      ['de;q=0', 'en'],
      ['de;q=0, es;q=0.2', 'es'],
      ['ES-419;Q=0.9', 'es'],
      ['fr ; q=0.3 , ja\t;\tq=0.4', 'ja'],
      ['de;q=1.000, fr;q=1', 'de'],
    ]
    for (const [header, tag] of cases) t.equal(tagOf(undefined, header), tag, `${header}`)
  })
})

t.test('resists', async t => {
  t.test('what is no language range is passed over', async t => {
    for (const broken of [
      'de;q=2',
      'de;q=-1',
      'de;q=0.1234',
      'de;q=',
      'de;level=1',
      'de q=1',
      'd€',
      'germanlanguage',
      'de_DE',
      ';q=1',
      '<script>',
      '__proto__',
      'constructor',
      'de;q=1;q=0',
    ]) {
      t.equal(tagOf(undefined, broken), 'en', broken)
      t.equal(tagOf(undefined, `${broken}, ja;q=0.1`), 'ja', broken)
      t.type(chooseLanguage(broken, undefined).words.tag, 'string')
    }
    t.equal(tagOf(undefined, `${'nl,'.repeat(60)}de`), 'en', 'nobody has sixty wishes')
  })

  t.test('any header and any parameter gives one of the languages', async t => {
    const known = languages.map(words => words.tag)
    const speaks = (uiLocales: string, header: string) => known.includes(tagOf(uiLocales, header))
    t.doesNotThrow(() => fc.assert(fc.property(fc.string(), fc.string(), speaks)))
  })
})
