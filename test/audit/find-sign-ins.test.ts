import t from 'tap'
import { recordStep } from '../../src/audit/attempts.ts'
import { findSignIn, findSignIns, type SignInFilter } from '../../src/audit/find-sign-ins.ts'
import { newTraceId } from '../../src/platform/trace-id.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { findSignInsOfReader } from '../../src/readers/find-sign-ins-of-reader.ts'
import { findReaderByExternalId } from '../../src/readers/reader-store.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { onPostgres } from '../database-of-test.ts'
import { basic, issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'

const search = async (gatepass: TestApp, filter: Partial<SignInFilter> = {}) =>
  (await findSignIns(gatepass.database.read, { projects: 'all', ...filter })).signIns

const onlyOne = async (gatepass: TestApp, filter: Partial<SignInFilter>) => {
  const found = await search(gatepass, filter)
  if (found.length !== 1) throw new Error(`found ${found.length}`)
  return found[0]!
}

/** A handoff that begins at the site, with every step in one trace. */
async function wholeSignIn(gatepass: TestApp, acme: TestProject, payload = {}): Promise<string> {
  const sent = await gatepass.get(`${acme.siteUrl}/guide`)
  const state = new URL(sent.headers.location!).searchParams.get('state')!
  await gatepass.signIn(acme, { state, ...payload })
  return state
}

t.test('works', async t => {
  t.test('a sign-in is one row: who, when, from where, and what became of it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const beganAt = gatepass.clock.now()
    const sent = await gatepass.get(`${acme.siteUrl}/guide`)
    const traceId = new URL(sent.headers.location!).searchParams.get('state')!
    t.match(await search(gatepass), [{ traceId, outcome: 'open', reader: null, lastStep: 'redirect' }])
    gatepass.clock.seconds(30)
    const code = await gatepass.code(acme, { state: traceId })
    t.match(await search(gatepass), [{ outcome: 'open', reader: 'ada@example.com', lastStep: 'code' }])
    gatepass.clock.seconds(1)
    await gatepass.callback(acme, code)
    t.same(await search(gatepass), [
      {
        traceId,
        projectId: acme.id,
        beganAt,
        lastStepAt: gatepass.clock.now(),
        reader: 'ada@example.com',
        address: '127.0.0.1',
        outcome: 'passed',
        reason: null,
        lastStep: 'swap',
      },
    ])
    const { signIn, steps, cut } = await findSignIn(gatepass.database.read, 'all', traceId)
    t.equal(signIn.outcome, 'passed')
    t.same(
      steps.map(step => step.step),
      ['redirect', 'code', 'swap'],
    )
    t.notOk(cut)
  })

  t.test('each kind of failure is found, and its reason is the true one', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const reasonOf = async (traceId: string) =>
      (await findSignIn(gatepass.database.read, 'all', traceId)).signIn
    const failures: [kind: string, fail: () => Promise<string>][] = [
      [
        'groups_unknown',
        async () => (await gatepass.push(acme, { readerGroupIds: ['ghosts'] })).json().trace_id,
      ],
      [
        'secret_wrong',
        async () =>
          (await gatepass.generate(acme, { headers: { authorization: basic(acme.clientId, 'x') } })).json()
            .trace_id,
      ],
      [
        'client_unknown',
        async () =>
          (await gatepass.generate(acme, { headers: { authorization: basic('nobody', 'x') } })).json()
            .trace_id,
      ],
      [
        'code_expired',
        async () => {
          const code = await gatepass.code(acme)
          gatepass.clock.minutes(2)
          return String((await gatepass.callback(acme, code)).headers['x-trace-id'])
        },
      ],
      ['code_malformed', async () => String((await gatepass.callback(acme, 'x')).headers['x-trace-id'])],
      ['code_unknown', async () => (await gatepass.swap(acme, 'A'.repeat(43))).json().trace_id],
      [
        'redirect_not_allowed',
        async () => {
          const query = new URLSearchParams({
            client_id: acme.siteClientId,
            redirect_uri: 'https://evil.example/',
            response_type: 'code',
          })
          return String((await gatepass.get(`${issuer}/oauth/authorize?${query}`)).headers['x-trace-id'])
        },
      ],
    ]
    for (const [reason, fail] of failures) {
      const traceId = await fail()
      const expected = { traceId, outcome: 'failed', reason }
      t.match(await reasonOf(traceId), expected, `${reason}, by trace ID`)
      t.match(await onlyOne(gatepass, { reason }), expected, `${reason}, by reason`)
      gatepass.clock.minutes(1)
    }
    const failed = await search(gatepass, { outcome: 'failed' })
    t.same(
      failed.map(each => each.reason).reverse(),
      failures.map(([reason]) => reason),
      'the newest first',
    )
    t.same(await search(gatepass, { outcome: 'passed' }), [])
  })

  t.test('reader, address and time narrow it down, each of a different step', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const from = gatepass.clock.now()
    const traceId = await wholeSignIn(gatepass, acme, { emailId: 'Grace.Hopper@Example.com' })
    gatepass.clock.minutes(10)
    await gatepass.generate(acme, { from: '203.0.113.7' })
    gatepass.clock.minutes(10)
    await gatepass.generate(acme, { from: '203.0.113.70' })

    t.match(await onlyOne(gatepass, { reader: { startsWith: 'grace.HOPPER@' } }), { traceId })
    t.match(await onlyOne(gatepass, { reader: { startsWith: 'Grace' }, address: '127.0.0.1' }), { traceId })
    t.same(await search(gatepass, { reader: { startsWith: '%' } }), [], 'nothing typed is a pattern')
    t.same(await search(gatepass, { reader: { exact: 'grace.hopper@example.com' } }), [])
    t.equal((await search(gatepass, { reader: { exact: 'Grace.Hopper@Example.com' } })).length, 1)
    t.match(await onlyOne(gatepass, { address: ' 203.0.113.7 ' }), { address: '203.0.113.7' })
    t.equal((await search(gatepass, { address: '203.0.113.' })).length, 2)
    t.equal((await search(gatepass, { from: from + 600_000 })).length, 2)
    t.match(await onlyOne(gatepass, { to: from + 600_000 }), { traceId })
    t.equal((await search(gatepass, { from: from + 600_000, to: from + 1_200_000 })).length, 1)

    const ada = (await findReaderByExternalId(gatepass.database.read, acme.id, 'ada@example.com'))!
    t.equal((await findSignInsOfReader(gatepass.database.read, ada)).signIns.length, 2)
  })

  t.test('a push is found by its reader, however broken the rest of it was', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.push(acme, { readerGroupIds: 'staff' })
    await gatepass.push(acme, { tokenValidity: '15' })
    await gatepass.push(acme, { externalId: 7 })
    await gatepass.push(acme, { emailId: ['ada@example.com'] })
    await gatepass.generate(acme, { body: '[]' })
    const found = await search(gatepass, { outcome: 'failed', reader: { startsWith: 'ada@' } })
    t.equal(found.length, 2)
    t.equal((await search(gatepass, { outcome: 'failed' })).length, 5)
  })

  t.test('what opened a session has passed, until it is undone; signing out undoes nothing', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const { headers } = await gatepass.callback(acme, code)
    gatepass.clock.seconds(1)
    const cookie = String(headers['set-cookie']).split(';')[0]!
    await gatepass.get(`${acme.siteUrl}/logout`, { cookie })
    t.match(await onlyOne(gatepass, {}), { outcome: 'passed', lastStep: 'logout' })
    gatepass.clock.seconds(1)
    await gatepass.callback(acme, code)
    t.match(await onlyOne(gatepass, {}), { outcome: 'passed' }, 'a second use found nothing to end')

    gatepass.clock.minutes(1)
    const second = await gatepass.code(acme)
    await gatepass.callback(acme, second)
    gatepass.clock.seconds(1)
    await gatepass.callback(acme, second)
    const [replayed] = await search(gatepass)
    t.match(replayed, { outcome: 'failed', reason: 'code_used' }, 'a second use ended what the first opened')
    t.equal((await search(gatepass, { outcome: 'failed' })).length, 1)
    t.equal((await search(gatepass, { reason: 'code_used' })).length, 2)

    gatepass.clock.minutes(1)
    const third = await gatepass.code(acme)
    await gatepass.swap(acme, third, { code_verifier: 'x'.repeat(43) })
    await gatepass.swap(acme, third)
    t.match((await search(gatepass))[0], { outcome: 'passed' }, 'refused first, then let in')
  })

  t.test('what is left of a purged sign-in shows by its trace ID and its reason alone', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const at = gatepass.clock.now()
    const traceId = newTraceId(at)
    const step = {
      traceId,
      projectId: acme.id,
      at,
      step: 'logout',
      reader: 'ada',
      address: null,
      detail: {},
    } as const
    await gatepass.database.write(tx =>
      recordStep(tx, { ...step, outcome: 'failed', reason: 'logout_not_delivered' }),
    )
    t.same(await search(gatepass), [])
    t.match(await onlyOne(gatepass, { reason: 'logout_not_delivered' }), { traceId, outcome: 'passed' })
    t.match(await findSignIn(gatepass.database.read, 'all', traceId), { signIn: { traceId } })
  })

  t.test('pages follow one another without a gap or a repetition', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (let index = 0; index < 7; index++) {
      await gatepass.push(acme, index % 2 ? { readerGroupIds: ['ghosts'] } : {})
      gatepass.clock.seconds(1)
    }
    for (const filter of [{}, { outcome: 'failed' }, { reader: { startsWith: 'ada' } }] as const) {
      const all = await search(gatepass, filter)
      const paged: string[] = []
      let before: string | undefined
      do {
        const page = await findSignIns(
          gatepass.database.read,
          { projects: 'all', ...filter },
          { before, limit: 2 },
        )
        t.ok(page.signIns.length > 0, 'no page is empty')
        t.equal(page.searchedBackTo, null)
        paged.push(...page.signIns.map(each => each.traceId))
        before = page.next ?? undefined
      } while (before)
      t.same(
        paged,
        all.map(each => each.traceId),
      )
    }
  })

  t.test('a search that looked at enough says how far back it went, and goes on from there', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const oldest = await gatepass.push(acme, { emailId: 'rare@example.com' })
    const begin = gatepass.clock.now() + 1000
    const rows = 520_000
    await gatepass.database.write(async tx => {
      const sql = onPostgres
        ? `insert into attempt_steps select lpad(to_hex(${begin} + i), 12, '0') || lpad(to_hex(i), 20, '0'), '\\x00'::bytea,
           '${acme.id}', ${begin} + i, 'redirect', 'passed', null, null, '127.0.0.1', '{}' from generate_series(0, ${rows - 1}) i`
        : `insert into attempt_steps with recursive n(i) as (select 0 union all select i + 1 from n where i < ${rows - 1})
        select printf('%012x', ${begin} + i) || printf('%020x', i), x'00', '${acme.id}', ${begin} + i, 'redirect', 'passed', null, null, '127.0.0.1', '{}' from n`
      await tx.runner.all(sql, [])
    })
    const filter = { projects: 'all', reader: { startsWith: 'rare@' } } as const
    const first = await findSignIns(gatepass.database.read, filter)
    t.same(first.signIns, [])
    t.equal(first.searchedBackTo, begin + rows - 500_000)
    const second = await findSignIns(gatepass.database.read, filter, { before: first.next! })
    t.match(second, { signIns: [{ traceId: oldest.json().traceId }], next: null, searchedBackTo: null })
    t.match(
      await findSignIns(gatepass.database.read, { ...filter, outcome: 'failed' }),
      { signIns: [], next: null },
      'failures need no such walk',
    )
  })
})

t.test('refuses', async t => {
  t.test('what is no trace ID, an unknown one, and a place where no page ends', async t => {
    const gatepass = await startApp(t)
    await gatepass.project()
    const db = gatepass.database.read
    for (const text of ['', 'abc', 'g'.repeat(32), 'a'.repeat(33), `login_${'a'.repeat(32)}`]) {
      await t.rejects(findSignIn(db, 'all', text), {
        code: 'invalid_request',
        fields: [{ field: 'traceId' }],
      })
    }
    await t.rejects(findSignIn(db, 'all', 'a'.repeat(32)), { code: 'not_found' })
    for (const before of ['', 'x', 'A'.repeat(32), "' or 1=1 --"]) {
      await t.rejects(findSignIns(db, { projects: 'all' }, { before }), { code: 'invalid_request' })
    }
  })
})

t.test('resists', async t => {
  t.test('nobody sees sign-ins of a project that is not theirs, nor those of strangers', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const theirs = await wholeSignIn(gatepass, other)
    await gatepass.push(other, { readerGroupIds: ['ghosts'] })
    await gatepass.generate(acme, { headers: { authorization: basic('nobody', 'x') } })
    const projects = new Set([acme.id])
    for (const filter of [
      {},
      { outcome: 'failed' },
      { outcome: 'passed' },
      { reason: 'groups_unknown' },
      { reason: 'client_unknown' },
      { reader: { startsWith: 'ada' } },
      { address: '127.0.0.1' },
    ] as const) {
      t.same(await search(gatepass, { projects, ...filter }), [], JSON.stringify(filter))
      t.same(await search(gatepass, { projects: new Set(), ...filter }), [])
    }
    await t.rejects(findSignIn(gatepass.database.read, projects, theirs), { code: 'not_found' })
    await t.rejects(findSignIn(gatepass.database.read, new Set(), theirs), { code: 'not_found' })
    t.equal((await search(gatepass, { projects: new Set([acme.id, other.id]) })).length, 2)
  })

  t.test('a trace ID is found in what people paste', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const traceId = await wholeSignIn(gatepass, acme)
    const db = gatepass.database.read
    for (const pasted of [
      ` ${traceId}\n`,
      traceId.toUpperCase(),
      `x-trace-id: ${traceId}`,
      `{"level":30,"traceId":"${traceId}","clientId":"login_${'a'.repeat(32)}"}`,
      `00-${traceId}-00f067aa0ba902b7-01`,
    ]) {
      t.equal((await findSignIn(db, 'all', pasted)).signIn.traceId, traceId, pasted)
    }
  })

  t.test('a trace that somebody fills with steps is shown by its ends', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const traceId = await wholeSignIn(gatepass, acme)
    for (let index = 0; index < 500; index++) await gatepass.push(acme, { state: traceId })
    const { steps, cut, signIn } = await findSignIn(gatepass.database.read, 'all', traceId)
    t.ok(cut)
    t.equal(steps.length, 400)
    t.equal(steps[0]!.step, 'redirect')
    t.match(signIn, { outcome: 'passed', lastStep: 'code' })
  })

  t.test('who quotes the mark of a revoked session in a payload does not undo a sign-in', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const traceId = await wholeSignIn(gatepass, acme)
    gatepass.clock.seconds(1)
    const at = gatepass.clock.now()
    const about = { traceId, projectId: acme.id, at, reader: null, address: null } as const
    const detail = { redirectUri: 'x","sessionRevoked":true,"y":"', sessionRevoked: false }
    await gatepass.database.write(tx =>
      recordStep(tx, { ...about, step: 'swap', outcome: 'failed', reason: 'code_used', detail }),
    )
    t.match(await onlyOne(gatepass, {}), { outcome: 'passed' })
  })

  t.test('settings that change do not hide what failed before', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.signIn(acme)
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    await setReaderBlocked(gatepass.rules, gatepass.actor, {
      project,
      reader: 'ada@example.com',
      blocked: true,
    })
    await gatepass.push(acme)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    await gatepass.push(acme)
    t.equal((await search(gatepass, { reason: 'reader_blocked' })).length, 1)
    t.equal((await search(gatepass, { reason: 'jwt_off' })).length, 1)
  })
})
