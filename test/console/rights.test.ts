// Who may open and do what on the pages of the whole installation: each role at each route, allowed or refused.
import t from 'tap'
import { listKeys } from '../../src/keys/key-store.ts'
import { routesOf } from '../routes-of.ts'
import { startApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const roles = ['owner', 'project_administrator', 'read_only'] as const
const nobody = '018f3a2e-0000-7000-8000-000000000000'

/** Who may: the first letters of the roles. */
const table: Readonly<Record<string, string>> = {
  'GET /console/keys': 'or',
  'POST /console/keys/rotate': 'o',
  'POST /console/keys/:kid/remove': 'o',
  'GET /console/audit': 'opr',
  'GET /console/audit.csv': 'opr',
  'GET /console/administrators': 'o',
  'GET /console/administrators/new': 'o',
  'POST /console/administrators/new': 'o',
  'GET /console/administrators/:id': 'o',
  'POST /console/administrators/:id': 'o',
  'POST /console/administrators/:id/disabled': 'o',
  'POST /console/administrators/:id/link': 'o',
  'POST /console/administrators/:id/second-factor': 'o',
  'POST /console/administrators/:id/sessions/end': 'o',
  'POST /console/administrators/:id/delete': 'o',
  'GET /console/api-keys': 'o',
  'GET /console/api-keys/new': 'o',
  'POST /console/api-keys/new': 'o',
  'POST /console/api-keys/:id/revoke': 'o',
  'GET /console/settings': 'o',
}

t.test('resists: each role at each page of the installation', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const [key] = await listKeys(gatepass.database.read)
  const mary = await administrator(gatepass, { email: 'mary@example.com' })
  const found = routesOf(gatepass.app)
    .filter(
      ({ path, door }) =>
        door === 'identity' && /^\/console\/(keys|audit|administrators|api-keys|settings)/.test(path),
    )
    .flatMap(({ path, methods }) =>
      methods.filter(method => method !== 'HEAD').map(method => `${method} ${path}`),
    )
  t.same(found.sort(), Object.keys(table).sort(), 'the table has every route')

  const before = await gatepass.count('audit_events')
  for (const role of roles) {
    // All projects: the role alone decides.
    for (const projects of role === 'owner' ? [null] : [null, [acme.id]]) {
      const email = `${role}-${projects === null ? 'all' : 'some'}@example.com`
      const admin = await administrator(gatepass, { role, email, ...(projects && { projects }) })
      for (const [route, who] of Object.entries(table)) {
        const [method, pattern = ''] = route.split(' ')
        const may = who.includes(role.charAt(0))
        const path = pattern.replace(':kid', key!.kid).replace(':id', may ? nobody : mary.id)
        const answer = await (method === 'GET' ? admin.get(path) : admin.post(path))
        if (may) t.not(answer.statusCode, 403, `${email}: ${route}`)
        else t.equal(answer.statusCode, 403, `${email}: ${route}`)
      }
      const { body } = await admin.get('/console')
      for (const page of ['keys', 'audit', 'administrators', 'api-keys', 'settings']) {
        const may = table[`GET /console/${page}`]!.includes(role.charAt(0))
        t.equal(body.includes(`href="/console/${page}"`), may, `${email}: ${page} in the navigation`)
      }
    }
  }
  t.equal(await gatepass.count('audit_events'), before, 'and nothing was changed')
})
