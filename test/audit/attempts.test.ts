import t from 'tap'
import { listAudit } from '../../src/audit/audit-log.ts'
import { rotateSecret } from '../../src/projects/rotate-secret.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { basic, startApp } from '../start-app.ts'

t.test('works', async t => {
  t.test('steps of one millisecond stand in the order in which they happened', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (let round = 0; round < 20; round++) {
      const state = new URL((await gatepass.get(`${acme.siteUrl}/`)).headers.location!).searchParams.get(
        'state',
      )!
      const cookie = await gatepass.signIn(acme, { state })
      await gatepass.get(`${acme.siteUrl}/logout`, { cookie })
      const steps = (await gatepass.attempt(state)).map(step => step.step)
      t.same(steps, ['redirect', 'code', 'swap', 'logout'])
    }
  })

  t.test('the caller’s answer, its header and the step carry one trace ID', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const response = await gatepass.push(acme, { readerGroupIds: ['ghosts'] })
    const traceId = response.json().trace_id
    t.equal(response.headers['x-trace-id'], traceId)
    t.match((await gatepass.attempt(traceId))[0], {
      reason: 'groups_unknown',
      detail: { unknown: ['ghosts'] },
    })
  })

  t.test('a retired secret is told by its last characters and when it ended', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const now = gatepass.clock.now()
    await rotateSecret(gatepass.rules, gatepass.actor, {
      slug: acme.slug,
      kind: 'login',
      label: 'b',
      grace: 0,
    })
    gatepass.clock.minutes(180)
    await gatepass.push(acme)
    const detail = { hint: acme.clientSecret.slice(-4), retiredAt: now }
    t.match(await gatepass.lastStep(), { reason: 'secret_retired', detail })
  })

  t.test('every change of settings is told with who, when, from where, and what it was before', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.group(acme, 'staff')
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { name: 'Acme Ltd' })
    const entries = await listAudit(gatepass.database.read, 10)
    const actions = entries.map(entry => entry.action)
    t.same(actions.sort(), ['group.create', 'key.create', 'project.create', 'project.update'])
    const update = entries.find(entry => entry.action === 'project.update')
    t.match(update, {
      at: gatepass.clock.now(),
      actor: { name: 'test', origin: 'test' },
      projectId: acme.id,
      detail: { name: { from: 'Acme', to: 'Acme Ltd' } },
    })
  })
})

t.test('resists', async t => {
  t.test('nobody writes into the timeline of another project, or of a sign-in that never began', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const asked = await gatepass.get(`${acme.siteUrl}/`)
    const state = new URL(asked.headers.location!).searchParams.get('state')!
    for (const forged of [state, 'f'.repeat(32), 'x', '']) {
      const pushed = await gatepass.push(other, { state: forged })
      t.equal(pushed.statusCode, 200)
      t.not(pushed.json().traceId, forged)
    }
    t.equal((await gatepass.attempt(state)).length, 1)
  })

  t.test('steps of strangers belong to the project whose client they claim, and to nobody else', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.generate(acme, { headers: { authorization: basic(acme.clientId, 'wrong') } })
    t.equal((await gatepass.lastStep()).projectId, acme.id)
    await gatepass.generate(acme, { headers: { authorization: basic('nobody', 'wrong') } })
    t.equal((await gatepass.lastStep()).projectId, null)
  })
})
