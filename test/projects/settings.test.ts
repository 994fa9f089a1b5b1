import t from 'tap'
import { createProject, type NewProject } from '../../src/projects/create-project.ts'
import { createGroup } from '../../src/projects/reader-groups.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { deleteProject, updateProject } from '../../src/projects/update-project.ts'
import { compileRules } from '../../src/site/content/path-rules.ts'
import { startApp } from '../start-app.ts'

const good: NewProject = {
  slug: 'acme',
  name: 'Acme',
  siteUrl: 'https://help.acme.test',
  loginUrl: 'https://acme.test/login',
}

t.test('works', async t => {
  t.test('a change is seen at the next request, also one that another process made', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { siteUrl: 'http://moved.test' })
    t.equal((await gatepass.get('http://acme.test/page')).statusCode, 404)
    t.equal((await gatepass.get('http://moved.test/')).statusCode, 302)
    t.match((await gatepass.push(acme)).json().callbackUrl, /^http:\/\/moved\.test\/jwt/)
  })

  t.test('the site answers to its Host in any casing and with the port of its scheme', async t => {
    const gatepass = await startApp(t)
    await gatepass.project()
    for (const host of ['acme.test', 'ACME.test', 'acme.test:80']) {
      t.equal((await gatepass.app.inject({ url: '/', headers: { host } })).statusCode, 302, host)
    }
    for (const host of ['acme.test:8080', 'xacme.test', 'acme.test.evil.test']) {
      t.equal((await gatepass.app.inject({ url: '/page', headers: { host } })).statusCode, 404, host)
    }
  })

  t.test('a deleted project’s slug and site are free at once', async t => {
    const gatepass = await startApp(t)
    const first = await gatepass.project()
    await deleteProject(gatepass.rules, gatepass.actor, 'acme')
    const second = await gatepass.project()
    t.not(second.id, first.id)
    t.ok(await gatepass.signIn(second))
    t.equal((await gatepass.push(first)).statusCode, 401)
  })
})

t.test('refuses', async t => {
  t.test('wrong settings, naming all of them at once', async t => {
    const gatepass = await startApp(t)
    const input = {
      ...{
        slug: 'Not A Slug',
        name: ' ',
        siteUrl: 'ftp://x',
        loginUrl: 'javascript:alert(1)',
        logoutUrl: '//x',
      },
      ...{ siteFolder: '/no/such/folder', allowedRedirects: ['https://x/#y'], outstandingCodesLimit: 0 },
      pathRules: [{ path: 'x', groups: [] }],
    }
    const error = await createProject(gatepass.rules, gatepass.actor, input).catch(refusal => refusal)
    t.equal(error.code, 'invalid_request')
    t.same(error.fields.map((problem: { field: string }) => problem.field).sort(), Object.keys(input).sort())
    t.equal(await gatepass.count('projects'), 0)
  })

  t.test('URLs that would lead somewhere else than they seem to', async t => {
    const gatepass = await startApp(t)
    const create = (more: Partial<NewProject>) =>
      createProject(gatepass.rules, gatepass.actor, { ...good, ...more })
    const sites = [
      'https://u:p@x.test',
      'https://x.test/path',
      'https://x.test/?q',
      'x.test',
      'https://x.test\\y',
      'http://id.test',
    ]
    for (const siteUrl of sites) await t.rejects(create({ siteUrl }), { code: 'invalid_request' }, siteUrl)
    const logins = ['data:text/html,x', 'https://u@x.test/', 'https://x.test/#y', '/login', 'https:// x.test']
    for (const loginUrl of logins)
      await t.rejects(create({ loginUrl }), { code: 'invalid_request' }, loginUrl)
    await t.rejects(create({ loginUrl: '', standard: 'jwt' }), { code: 'invalid_request' }, 'none at all')
  })

  t.test('a slug or a site that another project has, also when it is changed to that', async t => {
    const gatepass = await startApp(t)
    const { rules, actor } = gatepass
    await createProject(rules, actor, good)
    const other = { ...good, slug: 'other', siteUrl: 'https://other.test' }
    await t.rejects(createProject(rules, actor, { ...other, slug: 'acme' }), { code: 'conflict' })
    await t.rejects(createProject(rules, actor, { ...other, siteUrl: 'https://HELP.acme.test:443/' }), {
      code: 'conflict',
    })
    await createProject(rules, actor, other)
    await t.rejects(updateProject(rules, actor, 'other', { slug: 'acme' }), { code: 'conflict' })
    await t.rejects(updateProject(rules, actor, 'other', { siteUrl: good.siteUrl }), { code: 'conflict' })
    await t.rejects(updateProject(rules, actor, 'nobody', { name: 'x' }), { code: 'not_found' })
  })

  t.test('path rules that the site could not read: what is taken can be compiled', async t => {
    const gatepass = await startApp(t)
    const paths = [
      ...[
        '/a',
        '/a/',
        '/a/*',
        '/*',
        '/',
        '/a.b/*',
        '/a..b',
        '/a*',
        '/*/a',
        '/a//b',
        '/a/../b',
        '/./a',
        '/a\\b',
        'a',
      ],
      ...['/a/**', '/a b', '/..', '/a/..', '/.hidden/*'],
    ]
    const taken: string[] = []
    for (const [index, path] of paths.entries()) {
      const pathRules = [{ path, groups: ['staff'] }]
      const input = { ...good, slug: `p${index}`, siteUrl: `https://p${index}.test`, pathRules }
      const made = await createProject(gatepass.rules, gatepass.actor, input).catch(() => undefined)
      if (!made) continue
      taken.push(path)
      t.doesNotThrow(() => compileRules(pathRules), path)
    }
    t.same(taken, ['/a', '/a/', '/a/*', '/*', '/', '/a.b/*', '/a..b', '/.hidden/*'])
  })

  t.test('groups that exist, and slugs that are none', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.group(acme, 'staff')
    await t.rejects(gatepass.group(acme, 'staff'), { code: 'conflict' })
    const wrong = ['Staff', '', '-a', 'a-', 'a b', 'x'.repeat(64)]
    for (const slug of wrong) await t.rejects(gatepass.group(acme, slug), { code: 'invalid_request' }, slug)
    for (const name of ['', ' ', 'a\u0000b', 'x'.repeat(101)]) {
      const input = { slug: acme.slug, groupSlug: 'named', name }
      await t.rejects(
        createGroup(gatepass.rules, gatepass.actor, input),
        { code: 'invalid_request' },
        JSON.stringify(name),
      )
    }
  })
})

t.test('resists', async t => {
  t.test('two projects for one site at once: one is made', async t => {
    const gatepass = await startApp(t)
    const made = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map(slug => createProject(gatepass.rules, gatepass.actor, { ...good, slug })),
    )
    t.equal(made.filter(result => result.status === 'fulfilled').length, 1)
    t.equal(await gatepass.count('projects'), 1)
    t.equal(await gatepass.count('clients'), 2)
  })

  t.test('names that look like members of every object find no project and no client', async t => {
    const gatepass = await startApp(t)
    const registry = createRegistry(gatepass.database.read)
    await registry.refresh()
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      t.equal(registry.client(name), undefined)
      t.equal(registry.projectByHost(name), undefined)
      t.equal(registry.projectBySlug(name), undefined)
    }
  })
})
