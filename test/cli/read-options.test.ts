import t from 'tap'
import { collect, readPathRule } from '../../src/cli/read-options.ts'

t.test('works', async t => {
  t.test('rules and redirects are given one by one, and an empty value takes all of them away', async t => {
    const one = readPathRule('/internal/*=staff')
    t.same(readPathRule('/prices=staff,partners', one), [
      { path: '/internal/*', groups: ['staff'] },
      { path: '/prices', groups: ['staff', 'partners'] },
    ])
    t.same(readPathRule('', one), [])
    t.same(collect('https://b.example', ['https://a.example']), ['https://a.example', 'https://b.example'])
    t.same(collect('', ['https://a.example']), [])
  })
})

t.test('refuses', async t => {
  t.test('a rule without groups, which would close a page to everyone by mistake', async t => {
    t.throws(() => readPathRule('/internal/*='))
    t.throws(() => readPathRule('/internal/*'))
  })
})
