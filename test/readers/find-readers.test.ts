import t from 'tap'
import { findReaders } from '../../src/readers/find-readers.ts'
import { setBlockedAt } from '../../src/readers/reader-store.ts'
import { onPostgres } from '../database-of-test.ts'
import { startApp, type TestApp } from '../start-app.ts'

const names = async (gatepass: TestApp, projectId: string, text?: string, blocked?: boolean) => {
  const filter = { projectId, ...(text !== undefined && { text }), ...(blocked !== undefined && { blocked }) }
  return (await findReaders(gatepass.database.read, filter)).readers.map(reader => reader.username)
}

const people = [
  { username: 'ada', firstName: 'Ada', lastName: 'Lovelace', emailId: 'ada@example.com' },
  {
    username: 'grace',
    firstName: 'Grace',
    lastName: 'Hopper',
    emailId: 'Grace@example.com',
    externalId: 'u-2',
  },
  { username: 'alan', firstName: 'Alan', lastName: 'Turing', emailId: 'alan@example.com', externalId: 'A-3' },
]

async function withPeople(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const other = await gatepass.project({ slug: 'other' })
  for (const person of people) await gatepass.push(acme, person)
  await gatepass.push(other, { ...people[0], username: 'foreign' })
  return { gatepass, acme, other }
}

t.test('works', async t => {
  t.test('by external ID, e-mail address and every name, capital letters or not', async t => {
    const { gatepass, acme } = await withPeople(t)
    t.same(await names(gatepass, acme.id), ['alan', 'ada', 'grace'], 'in the order of their external IDs')
    const cases: [text: string, found: string[]][] = [
      ['ada@', ['ada']],
      ['ADA@EXAMPLE', ['ada']],
      ['u-2', ['grace']],
      ['grace@example.com', ['grace']],
      [' hopper ', ['grace']],
      ['grace hop', ['grace']],
      ['a', ['ada', 'alan']], // listed by its ID, then by another name
      ['A', ['alan', 'ada']],
      ['%', []],
      ['_', []],
      ['\u{10ffff}', []],
    ]
    for (const [text, found] of cases) t.same(await names(gatepass, acme.id, text), found, text)
  })

  t.test('blocked ones alone, or none of them', async t => {
    const { gatepass, acme } = await withPeople(t)
    const ada = (await findReaders(gatepass.database.read, { projectId: acme.id, text: 'ada@' })).readers[0]!
    await gatepass.database.write(tx => setBlockedAt(tx, ada.id, 1))
    t.same(await names(gatepass, acme.id, undefined, true), ['ada'])
    t.same(await names(gatepass, acme.id, 'a', false), ['alan'])
  })

  t.test(
    'pages follow one another without a gap or a repetition, however many readers there are',
    async t => {
      const { gatepass, acme } = await withPeople(t)
      await gatepass.database.write(tx =>
        tx.runner.all(
          onPostgres
            ? `insert into readers select '00000000-' || i, '${acme.id}', 'reader-' || lpad(i::text, 5, '0'),
               (case when i % 100 = 0 then 'Reader ' else 'x' end) || i, '', '', '', '[]', null, null, 0, 0 from generate_series(0, 11999) i`
            : `insert into readers with recursive n(i) as (select 0 union all select i + 1 from n where i < 11999)
         select printf('00000000-%d', i), '${acme.id}', printf('reader-%05d', i), iif(i % 100 = 0, 'Reader ', 'x') || i, '', '', '', '[]', null, null, 0, 0 from n`,
          [],
        ),
      )
      for (const [text, expected, limit] of [
        ['reader', 12_000, 700],
        ['READER 1', 31, 7],
        ['a', 2, 1],
        ['a', 2, 2],
        ['', 12_003, 1000],
      ] as const) {
        const seen: string[] = []
        let after: string | undefined
        do {
          const page = await findReaders(
            gatepass.database.read,
            { projectId: acme.id, text },
            { after, limit },
          )
          seen.push(...page.readers.map(reader => reader.id))
          after = page.next ?? undefined
        } while (after !== undefined)
        t.equal(seen.length, expected, `${text} by ${limit}`)
        t.equal(new Set(seen).size, expected)
      }
    },
  )
})

t.test('refuses a place where no page ends', async t => {
  const gatepass = await startApp(t)
  for (const after of ['x', '!', Buffer.from('other:x').toString('base64url'), '']) {
    await t.rejects(findReaders(gatepass.database.read, { projectId: 'x' }, { after }), {
      code: 'invalid_request',
    })
  }
})

t.test('resists: readers of another project are never among them', async t => {
  const { gatepass, acme, other } = await withPeople(t)
  t.same(await names(gatepass, other.id), ['foreign'])
  t.same(await names(gatepass, acme.id, 'foreign'), [])
  t.same(await names(gatepass, 'no project', 'ada'), [])
})
