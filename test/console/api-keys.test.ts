// The pages of API keys: made, shown once, listed, revoked.
import t from 'tap'
import { listApiKeys } from '../../src/administrators/api-keys.ts'
import { authenticateApiKey } from '../../src/administrators/authenticate-api-key.ts'
import { scopes } from '../../src/administrators/principal.ts'
import { startApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const PATH = '/console/api-keys'
const fields = {
  name: 'Deployment',
  projects: 'all',
  life: '90',
  'scope_projects:read': 'on',
  'scope_sign-ins:test': 'on',
}

t.test('works: a key is made, shown once, used, and revoked', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const owner = await administrator(gatepass)
  const form = await owner.get(`${PATH}/new`)
  for (const scope of scopes) t.match(form.body, `name="scope_${scope}"`)
  const ticked = { ...fields, projects: 'some', [`project_${acme.id}`]: 'on' }
  const { body } = await owner.save(`${PATH}/new`, ticked)
  const secret = /gpk_[\w-]{43}/.exec(body)![0]
  t.match(body, /Copy it now: it is shown this once/)
  t.match(body, /href="\/api\/v1\/docs"/)
  const [key] = await listApiKeys(gatepass.database.read)
  t.match(key, {
    name: 'Deployment',
    scopes: ['projects:read', 'sign-ins:test'],
    projectIds: [acme.id],
    createdBy: `admin:${owner.email}`,
    expiresAt: gatepass.clock.now() + 90 * 86_400_000,
  })
  const again = (await owner.get(PATH)).body
  t.notMatch(again, secret, 'not a second time')
  t.match(again, `…${secret.slice(-4)}`)
  t.match(again, /Last used<\/dt><dd><span class="quiet">never/)
  t.match(again, /Ends<\/dt><dd><time [^>]*>in 90 d/)

  await authenticateApiKey(gatepass.rules, secret, '127.0.0.1')
  t.match((await owner.get(PATH)).body, /Last used<\/dt><dd><time/)
  const revoked = await owner.save(`${PATH}/${key!.id}/revoke`)
  t.match(revoked.body, /The key is revoked/)
  t.match(revoked.body, /badge-bad">revoked</)
  await t.rejects(authenticateApiKey(gatepass.rules, secret, '127.0.0.1'), { code: 'invalid_token' })
})

t.test('works: a key without an end, and one that is over', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  await owner.save(`${PATH}/new`, { ...fields, life: 'never' })
  t.match((await owner.get(PATH)).body, /not by itself/)
  await owner.save(`${PATH}/new`, { ...fields, name: 'Short', life: '30' })
  gatepass.clock.advance(31 * 86_400_000)
  const later = await administrator(gatepass, { email: 'later@example.com' })
  t.match((await later.get(PATH)).body, /Out of use[\s\S]*Short[\s\S]*badge-calm">over</)
})

t.test('refuses: a key without a name, rights, projects or an end, with what was typed', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const refused = async (more: Record<string, string>, problem: RegExp) => {
    const answer = await owner.post(`${PATH}/new`, { ...fields, ...more })
    t.equal(answer.statusCode, 400, String(problem))
    t.match(answer.body, problem)
    t.match(answer.body, /name="scope_sign-ins:test" value="on" (checked)?/)
  }
  await refused({ name: ' ' }, /Must be 1 to 100 characters/)
  await refused({ 'scope_projects:read': '', 'scope_sign-ins:test': '' }, /Must have at least one/)
  await refused({ projects: 'some' }, /at least one must be ticked/)
  for (const life of ['', '0', '-1', '99999', 'Infinity'])
    await refused({ life }, /Must be one of those listed/)
  t.equal(await gatepass.count('api_keys'), 0)
})

t.test(
  'resists: rights and projects that there are not count for nothing; unknown keys are not found',
  async t => {
    const gatepass = await startApp(t)
    const owner = await administrator(gatepass)
    await owner.save(`${PATH}/new`, { ...fields, 'scope_everything:write': 'on', project_foreign: 'on' })
    t.same((await listApiKeys(gatepass.database.read))[0]!.scopes, ['projects:read', 'sign-ins:test'])
    for (const id of ['nothing', '018f3a2e-0000-7000-8000-000000000000', "'--"])
      t.equal((await owner.post(`${PATH}/${id}/revoke`)).statusCode, 404, id)
  },
)

t.test('resists: hostile names are text, and the key is in no log and no audit entry', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const name = '"><img src=x onerror=alert(1)>'
  const { body } = await owner.save(`${PATH}/new`, { ...fields, name })
  const secret = /gpk_[\w-]{43}/.exec(body)![0]
  t.notMatch(body, /<img src=x/)
  t.notMatch(gatepass.log(), secret)
  t.notMatch((await owner.get('/console/audit.csv')).body, secret)
})
