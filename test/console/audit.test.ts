// The page of the audit log: sentences, the filter, pages, the export; and who sees what of it.
import t from 'tap'
import { recordAudit } from '../../src/audit/audit-log.ts'
import { rotateSecret } from '../../src/projects/rotate-secret.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { startApp, type TestApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const PATH = '/console/audit'

/** The sentences of a page, without what keeps names apart. */
const sentences = (body: string) =>
  [...body.matchAll(/<span class="entry-what" dir="auto">([^<]*)</g)].map(match =>
    match[1]!.replace(/[\u2068\u2069]/g, ''),
  )

/** Lines of a CSV file, cell by cell. */
const cells = (csv: string) =>
  csv
    .slice(1)
    .trimEnd()
    .split('\r\n')
    .map(line => [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(match => match[1]!.replaceAll('""', '"')))

async function tell(gatepass: TestApp, event: { action: string; target?: string; actor?: string }) {
  const { action, target = 'x', actor = 'cli:ben' } = event
  const entry = { action, projectId: null, target, detail: {} }
  await gatepass.database.write(tx =>
    recordAudit(tx, { name: actor, origin: 'test' }, entry, gatepass.clock.now()),
  )
  gatepass.clock.seconds(1)
}

t.test('works: every entry is a sentence, the newest first, with its detail folded', async t => {
  const gatepass = await startApp(t)
  await gatepass.project({ name: 'Acme Help' })
  gatepass.clock.seconds(1)
  const owner = await administrator(gatepass, { name: 'Ada', email: 'ada@example.com' })
  const ada = { name: 'admin:ada@example.com', origin: '203.0.113.7' }
  await rotateSecret(gatepass.rules, ada, { slug: 'acme', kind: 'login', label: 'new', grace: 86_400_000 })
  gatepass.clock.seconds(1)
  await updateProject(gatepass.rules, ada, 'acme', { binding: 'required', name: 'Acme Help' })
  gatepass.clock.seconds(1)
  await updateProject(gatepass.rules, ada, 'acme', { jwtEnabled: false, loginUrl: 'https://x.test/login' })
  const { body } = await owner.get(PATH)
  t.same(sentences(body).slice(0, 3), [
    'Ada changed Acme Help: JWT enabled and login URL.',
    'Ada changed Acme Help: binding from off to required.',
    'Ada rotated the client secret of Acme Help; the old one works until 2025-11-23 09:00 UTC.',
  ])
  t.match(body, /<details class="more"><summary aria-label="Detail: /)
  t.match(body, /graceSeconds/)
  t.match(body, /<code>203\.0\.113\.7<\/code>/)
  t.match(body, /<code>admin:ada@example\.com<\/code>/, 'the address beside the name that anybody may choose')
})

t.test('works: every action that the rules write has a sentence of its own', async t => {
  const { readFileSync, globSync } = await import('node:fs')
  const actions = new Set(
    globSync('src/**/*.ts')
      .filter(file => !file.includes('console'))
      .flatMap(file => [
        ...readFileSync(file, 'utf8').matchAll(
          /(?:action: |tell\(tx, actor, |change\(deps, actor, |await audit\(tx, me, from, |\? )'([a-z-]+\.[a-z-]+)'/g,
        ),
      ])
      .map(match => match[1]!),
  )
  t.ok(actions.size > 30, `${actions.size} actions`)
  const gatepass = await startApp(t)
  for (const action of actions) await tell(gatepass, { action })
  const owner = await administrator(gatepass)
  const told = sentences((await owner.get(PATH)).body)
  t.same(
    told.filter(sentence => [...actions].some(action => sentence.includes(`: ${action}`))),
    [],
  )
  await tell(gatepass, { action: 'moon.land', target: 'eagle' })
  t.equal(
    sentences((await owner.get(PATH)).body)[0],
    'ben (command line): moon.land eagle',
    'others are shown too',
  )
})

t.test('works: filtered by project, by who, by what and by when, page by page', async t => {
  const gatepass = await startApp(t)
  await gatepass.project({ name: 'Acme' })
  await gatepass.project({ slug: 'other', name: 'Other' })
  gatepass.clock.minutes(10)
  for (let each = 0; each < 60; each++)
    await tell(gatepass, { action: 'api-key.revoke', target: `key ${each}` })
  await tell(gatepass, { action: 'key.delete', actor: 'admin:zoe@example.com' })
  const owner = await administrator(gatepass)
  const told = async (query: string) => sentences((await owner.get(`${PATH}${query}`)).body)

  t.same(await told('?project=other'), ['test made the project Other.'])
  t.match(await told('?actor=zoe@'), ['zoe@example.com deleted the'], 'without the kind')
  t.equal((await told('?actor=admin:ZOE')).length, 1)
  t.equal(
    (await told('?action=key')).filter(sentence => /key 5/.test(sentence)).length,
    0,
    'key is not api-key',
  )
  t.equal((await told('?from=2025-11-22T09:10&to=2025-11-22T09:10:05')).length, 5)
  t.equal((await told('?to=2025-11-22')).length, 0)

  const first = await owner.get(`${PATH}?action=api-key`)
  t.equal(sentences(first.body).length, 50)
  t.equal(sentences(first.body)[0], 'ben (command line) revoked the API key key 59.')
  const older = /href="(\/console\/audit\?action[^"]*before[^"]*)"/
    .exec(first.body)![1]!
    .replaceAll('&#61;', '=')
    .replaceAll('&#38;', '&')
    .replaceAll('&amp;', '&')
  const second = await owner.get(older)
  t.equal(sentences(second.body).length, 10)
  t.match(second.body, />Newest</)
})

t.test('works: the export is a file that spreadsheets read, formulas and all', async t => {
  const gatepass = await startApp(t)
  await gatepass.project({ name: 'Zoë' })
  await tell(gatepass, { action: 'group.delete', target: '=1+1' })
  await tell(gatepass, { action: 'group.delete', target: '@sum("a", 1)\r\n+2' })
  await gatepass.database.write(async tx => {
    for (let each = 0; each < 1_100; each++) {
      const event = { action: 'api-key.revoke', projectId: null, target: `${each}`, detail: {} }
      await recordAudit(tx, gatepass.actor, event, gatepass.clock.now())
    }
  })
  const owner = await administrator(gatepass)
  const { statusCode, headers, body } = await owner.get('/console/audit.csv')
  t.equal(statusCode, 200)
  t.match(headers, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="gatepass-audit-2025-11-22.csv"',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  t.equal(body.charCodeAt(0), 0xfeff, 'with a byte order mark')
  const rows = cells(body)
  t.same(rows[0], ['time', 'actor', 'origin', 'project', 'action', 'target', 'detail'])
  t.ok(rows.length > 1_100, 'all of it, beyond one page')
  t.match(body, /"'=1\+1"/)
  t.match(body, /"'@sum\(""a"", 1\)/)
  const all = [...body.matchAll(/"((?:[^"]|"")*)"/g)].map(match => match[1]!)
  t.same(
    all.filter(cell => /^[=@+-]/.test(cell)),
    [],
    'no cell begins a formula',
  )
  t.match(body, /Zoë/)
  t.same(
    cells((await owner.get('/console/audit.csv?action=project')).body).map(row => row[4]),
    ['action', 'project.create'],
  )
})

t.test('refuses: times that are none, pages that are none', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const wrong = await owner.get(`${PATH}?from=yesterday&to=2026-13-01`)
  t.equal(wrong.statusCode, 400)
  t.equal(wrong.body.match(/Must be a time such as/g)?.length, 2)
  t.equal((await owner.get('/console/audit.csv?from=yesterday')).statusCode, 400)
  for (const before of ['x', "' or 1=1", '1&before=2']) {
    const answer = await owner.get(`${PATH}?before=${encodeURIComponent(before)}`)
    t.equal(answer.statusCode, 400, before)
  }
  t.equal((await owner.get(`${PATH}?project=nothing`)).statusCode, 404)
  t.equal((await owner.get(`${PATH}?actor=${'x'.repeat(2_000)}&action=%25&action=_`)).statusCode, 200)
})

t.test('resists: a project administrator sees the entries of their projects alone', async t => {
  const gatepass = await startApp(t)
  const mine = await gatepass.project({ slug: 'mine', name: 'Mine' })
  const other = await gatepass.project({ slug: 'other', name: 'Merger' })
  await tell(gatepass, { action: 'administrator.invite', target: 'secret@example.com' })
  for (const role of ['project_administrator', 'read_only'] as const) {
    const admin = await administrator(gatepass, { role, projects: [mine.id] })
    for (const path of [PATH, '/console/audit.csv']) {
      const { body, statusCode } = await admin.get(path)
      t.equal(statusCode, 200)
      t.match(body, /Mine/)
      t.notMatch(body, /Merger|secret@|administrator\.invite|key\.create/, `${role} at ${path}`)
      t.notMatch(body, other.id)
      t.equal((await admin.get(`${path}?project=other`)).statusCode, 404, 'as if it were not there')
    }
    t.same(sentences((await admin.get(`${PATH}?action=administrator`)).body), [])
  }
  const none = await administrator(gatepass, { role: 'read_only', projects: [], email: 'none@example.com' })
  t.same(sentences((await none.get(PATH)).body), [])
})

t.test('resists: hostile names and details are text', async t => {
  const gatepass = await startApp(t)
  const evil = '</pre><img src=x onerror=alert(1)> \u05d0\u05d1\u05d2'
  await gatepass.project({ name: evil })
  await tell(gatepass, { action: evil, target: evil, actor: evil })
  const owner = await administrator(gatepass, { name: evil })
  const query = `?action=${encodeURIComponent(evil)}`
  for (const path of [PATH, PATH + query]) {
    const { body } = await owner.get(path)
    t.notMatch(body, /<img src=x/, path)
    t.match(
      body,
      /\u2068&#60;\/pre&#62;[^<]*\u2069/,
      'and a name from right to left turns no words around it',
    )
  }
})
