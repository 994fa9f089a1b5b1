import t from 'tap'
import { recordAudit } from '../../src/audit/audit-log.ts'
import { exportAuditEntries } from '../../src/audit/export-audit-entries.ts'
import { type AuditFilter, findAuditEntries } from '../../src/audit/find-audit-entries.ts'
import { csvLine } from '../../src/platform/csv.ts'
import { rotateSecret } from '../../src/projects/rotate-secret.ts'
import { startApp, type TestApp } from '../start-app.ts'

const actions = async (gatepass: TestApp, filter: Partial<AuditFilter> = {}) =>
  (await findAuditEntries(gatepass.database.read, { projects: 'all', ...filter })).entries.map(
    entry => entry.action,
  )

async function exported(gatepass: TestApp, filter: Partial<AuditFilter> = {}): Promise<string> {
  let text = ''
  for await (const piece of exportAuditEntries(
    gatepass.database.read,
    { projects: 'all', ...filter },
    id => `project ${id.length}`,
  ))
    text += piece
  return text
}

async function changed(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  gatepass.clock.minutes(1)
  await gatepass.group(acme, 'staff')
  gatepass.clock.minutes(1)
  const input = { slug: 'acme', kind: 'login', label: 'b', grace: 0 } as const
  await rotateSecret(gatepass.rules, { name: 'admin:Ada@example.com', origin: '127.0.0.1' }, input)
  return { gatepass, acme }
}

t.test('works', async t => {
  t.test('by project, actor, action and time, page by page', async t => {
    const { gatepass, acme } = await changed(t)
    const all = ['secret.rotate', 'group.create', 'project.create']
    t.same(
      (await actions(gatepass)).filter(action => action !== 'key.create'),
      all,
    )
    t.same(await actions(gatepass, { projects: new Set([acme.id]) }), all)
    t.same(await actions(gatepass, { actor: 'ADMIN:ada' }), ['secret.rotate'])
    t.same(await actions(gatepass, { action: 'secret' }), ['secret.rotate'])
    t.same(await actions(gatepass, { action: 'secret.rotate' }), ['secret.rotate'])
    t.same(await actions(gatepass, { action: 'sec' }), [])
    const now = gatepass.clock.now()
    t.same(await actions(gatepass, { from: now - 60_000, to: now }), ['group.create'])

    const projects = new Set([acme.id])
    const first = await findAuditEntries(gatepass.database.read, { projects }, { limit: 2 })
    t.equal(first.entries.length, 2)
    const second = await findAuditEntries(gatepass.database.read, { projects }, { before: first.next! })
    t.same([second.entries.map(entry => entry.action), second.next], [['project.create'], null])
  })

  t.test('as CSV: a line for each, every cell quoted', async t => {
    const { gatepass, acme } = await changed(t)
    const lines = (await exported(gatepass, { projects: new Set([acme.id]) })).split('\r\n')
    t.equal(lines[0], '"time","actor","origin","project","action","target","detail"')
    t.match(
      lines[1],
      /^"2025-11-22T09:02:00.000Z","admin:Ada@example\.com","127\.0\.0\.1","project 36","secret\.rotate","login_[0-9a-f]{32}","\{""client"":""login"",/,
    )
    t.equal(lines.length, 5)
    t.equal(lines[4], '')
  })
})

t.test('refuses a place where no page ends', async t => {
  const gatepass = await startApp(t)
  for (const before of ['', 'x', "' or 1=1 --"]) {
    await t.rejects(findAuditEntries(gatepass.database.read, { projects: 'all' }, { before }), {
      code: 'invalid_request',
    })
  }
})

t.test('resists', async t => {
  t.test('nobody sees changes of a project that is not theirs, nor of the installation', async t => {
    const { gatepass } = await changed(t)
    const other = await gatepass.project({ slug: 'other' })
    t.same(await actions(gatepass, { projects: new Set([other.id]) }), ['project.create'])
    t.same(await actions(gatepass, { projects: new Set() }), [])
    t.notMatch(await exported(gatepass, { projects: new Set([other.id]) }), 'key.create')
  })

  t.test('no cell is a formula, and none ends early', async t => {
    for (const evil of [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      '\r=1',
      '\n=1',
      '＝1+1',
      '=cmd|"/c calc"!A1',
    ]) {
      t.equal(csvLine([evil, 'x']), `"'${evil.replaceAll('"', '""')}","x"\r\n`)
    }
    t.equal(csvLine(['a","=1', '1-1']), '"a"",""=1","1-1"\r\n')

    const gatepass = await startApp(t)
    const event = {
      action: 'reader.block',
      projectId: null,
      target: '=HYPERLINK("http://evil.example")',
      detail: {},
    }
    await gatepass.database.write(tx =>
      recordAudit(tx, { name: '@evil', origin: '+1' }, event, gatepass.clock.now()),
    )
    t.match(
      await exported(gatepass),
      `"'@evil","'+1","","reader.block","'=HYPERLINK(""http://evil.example"")","{}"\r\n`,
    )
  })
})
