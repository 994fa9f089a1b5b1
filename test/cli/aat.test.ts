import t from 'tap'
import { loginToken } from '../http/login-token.ts'
import { startApp } from '../start-app.ts'
import { runHere } from './run-here.ts'

t.test('application tokens are made, listed and revoked, and a running server goes by it', async t => {
  const gatepass = await startApp(t)
  // The command line goes by the real time; the server's is a minute ahead of it.
  gatepass.clock.advance(Date.now() + 60_000 - gatepass.clock.now())
  const acme = await gatepass.project()
  process.env.DATABASE_URL = gatepass.config.databaseUrl
  const run = async (...words: string[]) => {
    const { code, stdout, stderr } = await runHere(t, 'aat', ...words, '--project', 'acme', '--json')
    return { code, answer: JSON.parse(stdout || stderr) }
  }
  const { answer: made } = await run('create', '--label', 'portal', '--expires', '90d')
  t.match(made, { token: /^gpa_/, id: String, expiresAt: Number })
  t.equal((await loginToken(gatepass, acme, { token: made.token })).statusCode, 201)
  const { answer: listed } = await run('list')
  t.match(listed, [{ id: made.id, label: 'portal', active: true, hint: made.token.slice(-4) }])
  t.notMatch(JSON.stringify(listed), made.token)
  t.match(await run('revoke', made.id), { code: 0, answer: { revoked: true } })
  t.equal((await loginToken(gatepass, acme, { token: made.token })).statusCode, 401)
  t.match((await run('list')).answer, [{ active: false }])
  t.match(await run('revoke', 'x'), { code: 1, answer: { error: 'not_found' } })
  const words = await runHere(t, 'aat', 'create', '--project', 'acme')
  t.match(words.stdout, /gpa_[\s\S]*Shown this once/)
  t.match((await runHere(t, 'aat', 'list', '--project', 'acme')).stdout, /portal .* over/)
  await gatepass.project({ slug: 'empty' })
  t.match((await runHere(t, 'aat', 'list', '--project', 'empty')).stdout, /No application token yet/)
})
