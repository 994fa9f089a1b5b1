// Issue "an administrator finds out in a minute": each kind of failure is brought about, and found through the console.
import t from 'tap'
import { type Reason, reasons } from '../../src/audit/reasons.ts'
import { strangers, ways } from '../audit/ways.ts'
import { startApp } from '../start-app.ts'
import { textOf } from './page-text.ts'
import { administrator } from './sign-in.ts'

for (const [name, way] of Object.entries(ways)) {
  const reason = name as Reason
  t.test(`works: ${reason} is found by its trace ID, with its cause and what to do`, async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await way(gatepass, acme)
    const { traceId, reader } = (await gatepass.steps()).find(step => step.reason === reason)!
    const admin = await administrator(gatepass)
    const { sentence, fix } = reasons[reason]

    const form = await admin.get('/console/sign-ins')
    t.match(form.body, /<input id="field-trace" name="trace"/)
    const sent = await admin.get(`/console/sign-ins?trace=${encodeURIComponent(` "traceId":"${traceId}" `)}`)
    t.equal(sent.statusCode, 303)
    const page = await admin.get(String(sent.headers.location))
    t.equal(page.statusCode, 200)
    const text = textOf(page.body)
    t.ok(text.includes(sentence), 'the sentence')
    t.ok(text.includes(fix.replaceAll('`', '')), 'what to do')
    t.match(page.body, /class="trail-step trail-failed"/)
    const verdict = textOf(/<p class="verdict-line">(.*?)<\/p>/s.exec(page.body)![1]!)
    const words = sentence.replace(/\.$/, '').slice(1)
    const toldWithTime = reason === 'secret_retired'
    t.ok(toldWithTime || verdict.includes(words), `the verdict says it: ${verdict}`)
    t.ok(
      textOf(page.body.split('Step by step')[0]!).includes(fix.replaceAll('`', '')),
      'what to do comes first',
    )
    const mends = [...page.body.matchAll(/class="button" href="([^"]+)"/g)].map(match => match[1]!)
    t.equal(mends.length, 1, 'one page mends it')
    if (!mends[0]!.includes('/readers/')) t.equal((await admin.get(mends[0]!)).statusCode, 200, mends[0]!)

    const list = await admin.get(`/console/sign-ins?reason=${reason}`)
    t.ok(list.body.includes(`/console/sign-ins/${traceId}`), 'and by its reason')
    t.match((await admin.get('/console/reasons')).body, new RegExp(`<section id="${reason}">`))
    if (!strangers.includes(reason)) {
      const own = await admin.get(`/console/projects/acme/sign-ins?reason=${reason}`)
      t.ok(own.body.includes(`/console/sign-ins/${traceId}`), 'at the project too')
    }
    const signsOutOnly = reason.startsWith('logout_')
    if (reader !== null && !signsOutOnly) {
      const found = await admin.get(`/console/sign-ins?reader=${encodeURIComponent(reader.toUpperCase())}`)
      t.ok(found.body.includes(`/console/sign-ins/${traceId}`), 'and by the reader')
    }
  })
}
