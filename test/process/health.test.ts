import { renameSync, rmSync } from 'node:fs'
import t from 'tap'
import { startApp } from '../start-app.ts'

t.test('/healthz says that the process answers, /readyz that the database does too', async t => {
  const gatepass = await startApp(t)
  for (const [path, status] of [
    ['/healthz', 'ok'],
    ['/readyz', 'ready'],
  ] as const) {
    const answer = await gatepass.get(`http://id.test${path}`)
    t.equal(answer.statusCode, 200)
    t.same(answer.json(), { status })
    t.equal(answer.headers['cache-control'], 'no-store')
  }
})

t.test('without its database /readyz is a 503, and /healthz as before', async t => {
  const losses: Record<string, (file: string) => void> = {
    deleted: file => rmSync(file),
    'moved away': file => renameSync(file, `${file}.old`),
  }
  for (const [how, lose] of Object.entries(losses)) {
    await t.test(how, async t => {
      const gatepass = await startApp(t)
      lose(gatepass.config.databaseUrl)
      const answer = await gatepass.get('http://id.test/readyz')
      t.equal(answer.statusCode, 503)
      t.match(answer.json(), { error: 'temporarily_unavailable', trace_id: /./ })
      t.match(gatepass.log(), 'ENOENT', 'and the log says why')
      t.equal((await gatepass.get('http://id.test/healthz')).statusCode, 200)
    })
  }

  await t.test('closed', async t => {
    const gatepass = await startApp(t)
    await gatepass.database.close()
    t.equal((await gatepass.get('http://id.test/healthz')).statusCode, 200)
    t.ok((await gatepass.get('http://id.test/readyz')).statusCode >= 500)
  })
})
