import t from 'tap'
import { listAudit } from '../../src/audit/audit-log.ts'
import { createProject } from '../../src/projects/create-project.ts'
import { issueSecret } from '../../src/projects/issue-secret.ts'
import { rotateSecret } from '../../src/projects/rotate-secret.ts'
import { deleteProject, updateProject } from '../../src/projects/update-project.ts'
import { basic } from '../start-app.ts'
import { newFolder, useLoginEndpoint } from './start-demo.ts'

const actor = { name: 'test', origin: 'test' }
const own = { name: 'Acme', siteUrl: 'http://acme.test', loginUrl: 'http://login.test/' }

t.test('works', async t => {
  t.test('an empty development database gets a project, its groups, and a customer who can push', async t => {
    const folder = await newFolder(t)
    const started = await folder.start()
    t.equal(started.demo?.siteUrl, 'http://demo.localhost:3000')
    const [project] = await folder.projects()
    t.match(project, {
      slug: 'demo',
      siteUrl: 'http://demo.localhost:3000',
      loginUrl: 'http://customer.localhost:3000/sso',
    })
    t.same(
      project?.groups.map(group => group.slug),
      ['customers', 'staff'],
    )
    const answer = await useLoginEndpoint(started, 'ada', '?RedirectPath=/staff/')
    t.equal(answer.statusCode, 302, answer.body)
    const callback = new URL(answer.headers.location!)
    t.equal(callback.origin + callback.pathname, 'http://demo.localhost:3000/jwt/authorize')
    t.equal(callback.searchParams.get('redirectUrl'), '/staff/')
    const entered = await started.app.inject({ url: callback.href })
    t.equal(entered.headers.location, 'http://demo.localhost:3000/staff/')
  })

  t.test('the next start finds everything as it was', async t => {
    const folder = await newFolder(t)
    await folder.start()
    const [before] = await folder.projects()
    const again = await folder.start()
    t.same(await folder.projects(), [before])
    t.equal((await useLoginEndpoint(again, 'ben')).statusCode, 302)
  })

  t.test('two starts at once make one project, and neither takes the other’s secret away', async t => {
    const folder = await newFolder(t)
    const [one, two] = await Promise.all([folder.start(), folder.start()])
    t.equal((await folder.projects()).length, 1)
    for (const started of [one, two, one]) t.equal((await useLoginEndpoint(started, 'ada')).statusCode, 302)
  })

  t.test('a start on another port takes the demo along; what its owner changed stays', async t => {
    const folder = await newFolder(t)
    await folder.start()
    const moved = await folder.start({ PORT: '3500' })
    t.equal(moved.demo?.siteUrl, 'http://demo.localhost:3500')
    t.match(await folder.projects(), [
      { siteUrl: 'http://demo.localhost:3500', loginUrl: 'http://customer.localhost:3500/sso' },
    ])
    t.equal((await useLoginEndpoint(moved, 'ada')).statusCode, 302)

    const deps = { database: folder.database, clock: folder.clock, issuer: 'http://localhost:3500' }
    await updateProject(deps, actor, 'demo', { name: 'Mine', siteUrl: 'http://docs.test', logoutUrl: null })
    t.equal((await folder.start({ PORT: '3600' })).demo?.siteUrl, 'http://docs.test')
    t.match(await folder.projects(), [{ name: 'Mine', siteUrl: 'http://docs.test', logoutUrl: null }])
  })

  t.test('the customer’s secret ends by itself after a day, and a new one is made in time', async t => {
    const folder = await newFolder(t)
    const started = await folder.start()
    await useLoginEndpoint(started, 'ada')
    folder.clock.minutes(25 * 60)
    t.equal((await useLoginEndpoint(started, 'ada')).statusCode, 302)
    const issued = (await listAudit(folder.database.read, 20)).filter(
      entry => entry.action === 'secret.issue',
    )
    t.equal(issued.length, 2)
    t.notMatch(JSON.stringify(issued), 'gps_')
  })

  t.test('a secret that is issued leaves those beside it alone', async t => {
    const folder = await newFolder(t)
    const started = await folder.start()
    const deps = { database: folder.database, clock: folder.clock }
    const input = { slug: 'demo', kind: 'login', label: 'mine' } as const
    const mine = await rotateSecret(deps, actor, { ...input, grace: 0 })
    const issued = await issueSecret(deps, actor, { ...input, life: 60_000 })
    const push = async ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) => {
      const answer = await started.app.inject({
        method: 'POST',
        url: 'http://localhost:3000/jwt/generateCode',
        headers: { authorization: basic(clientId, clientSecret), 'content-type': 'application/json' },
        payload: { username: 'ada', emailId: 'ada@example.com' },
      })
      return answer.statusCode
    }
    t.same([await push(mine), await push(issued)], [200, 200])
    folder.clock.minutes(1)
    t.same([await push(mine), await push(issued)], [200, 401], 'and ends when its time is over')
  })

  t.test('a login endpoint that is refused shows what came back, and tries with a new secret', async t => {
    const folder = await newFolder(t)
    const started = await folder.start()
    await useLoginEndpoint(started, 'ada')
    const rotated = { slug: 'demo', kind: 'login', label: 'new', grace: 0 } as const
    await rotateSecret({ database: folder.database, clock: folder.clock }, actor, rotated)
    const refused = await useLoginEndpoint(started, 'ada')
    t.equal(refused.statusCode, 502)
    t.match(refused.body, 'invalid_client')
    t.equal((await useLoginEndpoint(started, 'ada')).statusCode, 302)
  })
})

t.test('refuses', async t => {
  t.test('there is no demo in production, nor where it is switched off', async t => {
    const folder = await newFolder(t)
    for (const env of [
      { NODE_ENV: 'production', GATEPASS_DEMO: 'on', GATEPASS_SECRET: 'x'.repeat(40) },
      { NODE_ENV: 'development', GATEPASS_DEMO: 'off', GATEPASS_SECRET: 'x'.repeat(40) },
    ]) {
      const { demo, app } = await folder.start(env)
      t.equal(demo, undefined)
      t.equal((await app.inject({ url: 'http://customer.localhost:3000/sso' })).statusCode, 404)
      t.same(await folder.projects(), [])
    }
  })

  t.test('a database with projects of its own gets none, even where one is called demo', async t => {
    const folder = await newFolder(t)
    const deps = { database: folder.database, clock: folder.clock, issuer: 'http://localhost:3000' }
    await createProject(deps, actor, { slug: 'demo', ...own })
    const before = await folder.projects()
    t.equal((await folder.start()).demo, undefined)
    t.same(await folder.projects(), before)
  })

  t.test('the login endpoint says so when its project is gone', async t => {
    const folder = await newFolder(t)
    const started = await folder.start()
    await deleteProject({ database: folder.database, clock: folder.clock }, actor, 'demo')
    const answer = await useLoginEndpoint(started, 'ada')
    t.equal(answer.statusCode, 502)
    t.match(answer.body, 'There is no project demo')
  })
})

t.test('resists', async t => {
  t.test('the customer’s login page sends nobody elsewhere and takes no form from elsewhere', async t => {
    const folder = await newFolder(t)
    const { app } = await folder.start()
    const url = 'http://customer.localhost:3000/login'
    const post = (continueTo: string, headers = {}) =>
      app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: new URLSearchParams({ username: 'ada', password: 'wrench', continueTo }).toString(),
      })
    for (const elsewhere of [
      '//evil.example',
      'https://evil.example/',
      '/\\evil.example',
      '/.//evil.example',
    ]) {
      t.equal((await post(elsewhere)).headers.location, '/', elsewhere)
    }
    t.equal((await post('/', { origin: 'http://evil.example' })).statusCode, 403)
    t.equal((await app.inject({ method: 'POST', url, payload: {} })).statusCode, 401)
  })
})

t.test('the first page of the identity server', async t => {
  t.test('leads to the knowledge bases in development', async t => {
    const folder = await newFolder(t)
    const { app } = await folder.start()
    t.match((await app.inject({ url: 'http://localhost:3000/' })).body, 'href="http://demo.localhost:3000"')
  })

  t.test('tells strangers nothing of them in production', async t => {
    const folder = await newFolder(t)
    const deps = { database: folder.database, clock: folder.clock, issuer: 'http://localhost:3000' }
    await createProject(deps, actor, { slug: 'acme', ...own })
    const env = { NODE_ENV: 'production', GATEPASS_SECRET: 'x'.repeat(40) }
    const { body, statusCode } = await (await folder.start(env)).app.inject({ url: 'http://localhost:3000/' })
    t.equal(statusCode, 200)
    t.notMatch(body, /acme/i)
  })
})
