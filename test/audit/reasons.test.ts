import t from 'tap'
import { describeReason, type Reason, reasons } from '../../src/audit/reasons.ts'
import { startApp } from '../start-app.ts'
import { strangers, ways } from './ways.ts'

t.test('works', async t => {
  for (const [reason, way] of Object.entries(ways)) {
    t.test(`${reason} comes about, and stands in the timeline of its project`, async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      await way(gatepass, acme)
      const step = (await gatepass.steps()).find(candidate => candidate.reason === reason)
      t.ok(step)
      t.equal(step!.outcome, 'failed')
      t.equal(step!.projectId, strangers.includes(reason as Reason) ? null : acme.id)
    })
  }

  t.test('every reason has a sentence and a fix, and nothing else has', async t => {
    t.same(Object.keys(ways).sort(), Object.keys(reasons).sort())
    for (const reason of Object.keys(reasons)) {
      const text = describeReason(reason)!
      t.match(text.sentence, /^[A-Z].*\.$/)
      t.match(text.fix, /^[A-Z].*\.$/)
    }
    for (const other of ['', 'toString', '__proto__', 'nothing']) t.equal(describeReason(other), undefined)
  })
})
