// The page of application tokens: made, shown once, used, revoked; and who may.
import t from 'tap'
import { loginToken } from '../http/login-token.ts'
import { startApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const PATH = '/console/projects/acme/application-tokens'

t.test('works: a token is made, shown once, used, and revoked', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const owner = await administrator(gatepass)
  t.match((await owner.get(PATH)).body, /No token works/)
  const made = await owner.save(PATH, { label: 'Portal', life: 'none' })
  t.match(made.body, /The application token is made/)
  const token = /gpa_[\w-]{43}/.exec(made.body)![0]
  const again = (await owner.get(PATH)).body
  t.notMatch(again, token, 'not a second time')
  t.match(again, `…${token.slice(-4)}`)
  t.match(again, /not by itself/)
  t.match(again, /acme\.test\/callback\/sso\?jwt/)
  t.equal((await loginToken(gatepass, acme, { token })).statusCode, 201)
  t.match((await owner.get('/console/audit')).body, /made the application token .*Portal/)

  const secret = /name="secret" value="([^"]+)"/.exec(again)![1]!
  const revoked = await owner.save(`${PATH}/secrets/revoke`, { secret })
  t.match(revoked.body, /The application token is revoked/)
  t.match(revoked.body, /Ended tokens \(1\)/)
  t.equal((await loginToken(gatepass, acme, { token })).statusCode, 401)
})

t.test('refuses: no label, a life that is not offered; what was typed stays', async t => {
  const gatepass = await startApp(t)
  await gatepass.project()
  const owner = await administrator(gatepass)
  const unlabelled = await owner.post(PATH, { label: ' ', life: '1y' })
  t.equal(unlabelled.statusCode, 400)
  t.match(unlabelled.body, /1 to 100 characters/)
  const endless = await owner.post(PATH, { label: '<b>x', life: 'forever' })
  t.equal(endless.statusCode, 400)
  t.match(endless.body, /value="&#60;b&#62;x"/)
  t.equal(await gatepass.count('client_secrets'), 2)
})

t.test('resists: who may only read, or looks after another project; and another client’s secret', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const other = await gatepass.project({ slug: 'other' })
  const reader = await administrator(gatepass, { role: 'read_only' })
  t.equal((await reader.get(PATH)).statusCode, 200)
  t.notMatch((await reader.get(PATH)).body, /Make a token/)
  const stranger = await administrator(gatepass, { role: 'project_administrator', projects: [other.id] })
  t.not((await stranger.get(PATH)).statusCode, 200)
  const input = { label: 'x', life: '1y' }
  for (const admin of [reader, stranger]) {
    t.ok((await admin.post(PATH, input)).statusCode >= 403)
    t.ok((await admin.post(`${PATH}/secrets/revoke`, { secret: 'x' })).statusCode >= 403)
  }
  const owner = await administrator(gatepass)
  const login = await gatepass.database.read
    .selectFrom('client_secrets')
    .select('id')
    .where('client_id', '=', acme.clientId)
    .executeTakeFirstOrThrow()
  t.equal((await owner.post(`${PATH}/secrets/revoke`, { secret: login.id })).statusCode, 404)
  t.equal((await gatepass.push(acme)).statusCode, 200)
})
