// Test your integration: what an administrator is told before, during and after a push of their own.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { listAudit } from '../../src/audit/audit-log.ts'
import type { NewProject } from '../../src/projects/create-project.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { Jar } from '../jar.ts'
import { ada, startApp, type TestApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const PATH = '/console/projects/acme/test'
const hostile = '"><img src=x onerror=alert(1)>\u2028</textarea><script>alert(1)</script>'
const fields = { as: 'fields', username: 'ada', emailId: 'ada@example.com', firstName: 'Ada' }
const json = (payload: unknown) => ({ as: 'json', json: JSON.stringify(payload) })

/** A page as a person reads it: no tags, white space as one blank. */
const read = (body: string) => plain(body.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ')
const plain = (text: string) =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
const marked = (body: string, attribute: string) =>
  [...body.matchAll(new RegExp(`<input[^>]*name="([^"]+)"[^>]*\\b${attribute}\\b`, 'g'))].map(each => each[1])

async function open(t: Test, settings: Partial<NewProject> = {}, env: Record<string, string> = {}) {
  const gatepass = await startApp(t, env)
  const acme = await gatepass.project(settings)
  const staff = await gatepass.group(acme, 'staff', 'Staff')
  const admin = await administrator(gatepass)
  const check = (form: Record<string, string>) => admin.post(PATH, form)
  const change = (to: Partial<NewProject>) => updateProject(gatepass.rules, gatepass.actor, 'acme', to)
  const stored = async () =>
    await Promise.all(
      (['codes', 'readers', 'attempt_steps', 'audit_events', 'reader_groups'] as const).map(table =>
        gatepass.count(table),
      ),
    )
  return { gatepass, acme, staff, admin, check, change, stored }
}

async function projectOf(gatepass: TestApp) {
  const registry = createRegistry(gatepass.database.read)
  await registry.refresh()
  return registry.projectBySlug('acme')!
}

/** A login page on this machine. */
async function loginPage(t: Test, body: string) {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(body),
  )
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/login`
}

t.test('works', async t => {
  t.test('a check tells what would come of it, and stores nothing', async t => {
    const { gatepass, admin, check, change, stored } = await open(t)
    const siteFolder = join(gatepass.folder, 'site')
    mkdirSync(join(siteFolder, 'internal'), { recursive: true })
    writeFileSync(join(siteFolder, 'index.md'), '# Home')
    writeFileSync(join(siteFolder, 'internal', 'pay.md'), '# Pay')
    await change({ siteFolder, pathRules: [{ path: '/internal/*', groups: ['staff'] }] })
    t.match(read((await admin.get(PATH)).body), /Check a payload first/)
    const before = await stored()

    const answer = await check({ ...fields, 'group-staff': 'on', tokenValidity: '3', redirectUrl: '/a?b=1' })
    t.equal(answer.statusCode, 200)
    const page = read(answer.body)
    t.match(page, /would be accepted, for a session of 5 minutes, with a warning/)
    t.match(page, /tokenValidity 3 was set to 5 minutes/)
    t.match(page, /Known by ada@example.com new/)
    t.match(page, /Lands on \/a\?b=1/)
    t.match(page, /At the callback opens/)
    t.match(page, /"alg": "ES256"/)
    t.match(page, /"groups": \[ "staff" \]/)
    t.match(page, /This reader could open 2 pages/)
    t.match(page, /Opens \/internal\/\* is for staff/)
    t.match(page, /Run the whole handoff in a new tab/)
    t.same(marked(answer.body, 'checked'), ['group-staff'], 'what was ticked stays ticked')
    t.match(answer.body, 'name="tokenValidity" type="text" value="3"')

    const without = read((await check(fields)).body)
    t.match(without, /could open one page; one page would stay shut/)
    t.match(without, /Shut \/internal\/\* is for staff/)
    t.same(await stored(), before)
  })

  t.test('a reader who is known: what would change', async t => {
    const { gatepass, acme, check } = await open(t)
    await gatepass.code(acme, { readerGroupIds: ['staff'] })
    const page = read((await check({ ...fields, lastName: 'King' })).body)
    t.match(page, /Last name : Lovelace → becomes King/)
    t.match(page, /Reader groups : staff → becomes nothing/)
    const same = await check({ ...fields, lastName: 'Lovelace', 'group-staff': 'on' })
    t.match(read(same.body), /Nothing: the reader is so already/)
    t.match(same.body, /href="\/console\/projects\/acme\/readers\/[0-9a-f-]{36}"/)
  })

  t.test('the two forms say the same; what was typed comes along', async t => {
    const { staff, admin } = await open(t)
    const first = await admin.post(PATH, {
      ...fields,
      what: 'json',
      tokenValidity: '60',
      'group-staff': 'on',
    })
    const typed = JSON.parse(read(/<textarea[^>]*>([\s\S]*?)<\/textarea>/.exec(first.body)![1]!))
    t.same(typed, {
      username: 'ada',
      firstName: 'Ada',
      emailId: 'ada@example.com',
      readerGroupIds: ['staff'],
      tokenValidity: 60,
    })
    const payload = { ...typed, readerGroupIds: [staff.id, 'gone'], role: 'x' }
    const back = await admin.post(PATH, { ...json(payload), what: 'fields' })
    t.match(back.body, 'name="tokenValidity" type="text" value="60"')
    t.same(marked(back.body, 'checked'), ['group-staff', 'group-gone'])
    t.match(read(back.body), /not a group of this project gone/)
  })

  t.test('the whole handoff lands with a session at the site, and its attempt is named', async t => {
    const { gatepass, acme, admin, check } = await open(t)
    const checked = await check({ ...fields, 'group-staff': 'on', redirectUrl: '/guide' })
    const [form] = /<form[^>]*test\/run"[\s\S]*?<\/form>/.exec(checked.body)!
    t.match(form, /target="_blank" rel="noopener"/)
    const value = plain(/name="json" value="([^"]*)"/.exec(form)![1]!)

    const going = await admin.post(`${PATH}/run`, { as: 'json', json: value })
    t.equal(going.statusCode, 200)
    t.notOk(going.headers.location, 'form-action would stop a redirect')
    t.match(going.headers['cache-control'], 'no-store')
    const callback = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(going.body)![1]!
    const reader = new Jar(gatepass.app)
    const landed = await reader.get(plain(callback))
    t.equal(landed.headers.location, `${acme.siteUrl}/guide`)
    const who = await reader.get(`${acme.siteUrl}/gate/userinfo`)
    t.match(who.json(), { email: 'ada@example.com', groups: ['staff'] })

    const traceId = /\/console\/sign-ins\/([0-9a-f]{32})/.exec(going.body)![1]!
    const runs = await admin.get(`${PATH}/runs`)
    t.match(runs.body, `/console/sign-ins/${traceId}`)
    t.match(read(runs.body), /ada@example.com just now owner@example.com staff/)
    const [step] = await gatepass.attempt(traceId)
    t.match(step, { step: 'code', outcome: 'passed', detail: { test: true, by: 'admin:owner@example.com' } })
    const entries = await listAudit(gatepass.database.read, 20)
    t.equal(entries.filter(each => each.action === 'sign-in.test').length, 1)
    t.match(
      entries.find(each => each.action === 'sign-in.test'),
      { action: 'sign-in.test', actor: { name: 'admin:owner@example.com' } },
    )
  })

  t.test('a code that the site asks about is run, and said so before', async t => {
    const { admin, check, change } = await open(t)
    await change({ binding: 'confirm' })
    const page = read((await check(fields)).body)
    t.match(page, /At the callback asks/)
    t.match(page, /the site asks you first/)
    t.match((await admin.post(`${PATH}/run`, json(ada))).body, /http-equiv="refresh"/)
  })

  t.test('the login URL is visited: what is there, and the way', async t => {
    const loginUrl = await loginPage(t, '<form method=post><input type=password></form>')
    const { admin } = await open(t, { loginUrl })
    const page = read((await admin.post(`${PATH}/login-url`)).body)
    t.match(page, /Good A login page: it has a password field/)
    t.match(page, /The way there 200 http:\/\/127\.0\.0\.1:\d+\/login\?RedirectPath=\.\.\./)
  })
})

t.test('refuses', async t => {
  t.test('a push with everything wrong: all of it at once, with what to do', async t => {
    const { gatepass, admin, check, change, stored } = await open(t)
    await change({ jwtEnabled: false })
    const before = await stored()
    const payload = { username: '', emailId: 7, readerGroupIds: ['staff', 'nobody-knows'], role: 'x' }
    const page = read((await check(json(payload))).body)
    for (const told of [
      /would be refused: 5 problems/,
      /JWT sign-in is off|switched off/,
      /Switch it on/,
      /username must/,
      /emailId must be a string/,
      /nobody-knows/,
      /unknown fields were ignored|Unknown fields were ignored: role/,
      /Not with this payload/,
    ]) {
      t.match(page, told)
    }
    const run = await admin.post(`${PATH}/run`, json(payload))
    t.equal(run.statusCode, 409)
    t.match(read(run.body), /would be refused: 5 problems/)
    t.notMatch(run.body, 'http-equiv="refresh"')
    t.same(await stored(), before)
    t.equal((await gatepass.steps()).length, before[2])
  })

  t.test('a field of the form that is wrong is marked; a ticked group that is gone is unknown', async t => {
    const { check } = await open(t)
    const answer = await check({ ...fields, username: ' ', tokenValidity: '1.5', 'group-gone': 'on' })
    t.match(answer.body, /name="username"[^>]*aria-invalid="true"/)
    t.match(answer.body, /name="tokenValidity"[^>]*value="1.5"[^>]*aria-invalid="true"/)
    t.match(read(answer.body), /readerGroupIds not a reader group of this project: gone/)
    t.same(marked(answer.body, 'checked'), ['group-gone'])
  })

  t.test('JSON that is broken: where, with the text still there', async t => {
    const { admin, check } = await open(t)
    const cases: [string, RegExp][] = [
      ['{"username": "ada",\n  emailId}', /look at line 2, column 3/],
      ['{"username": "ada"', /Is not JSON/],
      ['  ', /Is empty/],
      ['{"a": 1, "a": 2}', /a member twice/],
      ['{"__proto__": {}}', /__proto__/],
      ['['.repeat(40) + ']'.repeat(40), /deeper than 32/],
    ]
    for (const [text, told] of cases) {
      for (const path of [PATH, `${PATH}/run`]) {
        const answer = await admin.post(path, { as: 'json', json: text })
        t.equal(answer.statusCode, 400, text)
        t.match(read(answer.body), told)
        t.match(answer.body, /aria-invalid="true"/)
      }
    }
    t.match((await check({ as: 'json', json: '{"mine": ' })).body, '{&#34;mine&#34;: </textarea>')
    for (const text of ['null', '[]', '"x"', '7']) {
      t.match(read((await check({ as: 'json', json: text })).body), /The payload must be a JSON object/, text)
    }
  })

  t.test('a blocked reader, in the check and in the run', async t => {
    const { gatepass, acme, admin, check } = await open(t)
    await gatepass.code(acme)
    const reader = { project: await projectOf(gatepass), reader: 'ada@example.com', blocked: true }
    await setReaderBlocked(gatepass.rules, gatepass.actor, reader)
    const page = read((await check(fields)).body)
    t.match(page, /Known by ada@example.com known blocked/)
    t.match(page, /would be refused: one problem/)
    t.equal((await admin.post(`${PATH}/run`, json(ada))).statusCode, 409)
    t.equal(await gatepass.count('codes'), 1)
  })

  t.test('a code that the callback would refuse is not made, and it is said why', async t => {
    const { gatepass, acme, admin, check, change } = await open(t)
    const bound = { ...ada, codeChallenge: 'c'.repeat(43), codeChallengeMethod: 'S256' }
    t.match(read((await check(json(bound))).body), /binds the code to another browser/)
    t.equal((await admin.post(`${PATH}/run`, json(bound))).statusCode, 409)
    await change({ binding: 'required' })
    const page = await check(fields)
    t.match(read(page.body), /takes only sign-ins that begin at its site, so the callback would refuse/)
    t.match(page.body, `href="${acme.siteUrl}"`)
    t.notMatch(page.body, 'test/run"')
    t.equal((await admin.post(`${PATH}/run`, json(ada))).statusCode, 409)
    t.equal(await gatepass.count('codes'), 0)
  })
})

t.test('resists', async t => {
  t.test('those who may not test, and projects of others', async t => {
    const { gatepass, acme, stored } = await open(t)
    const other = await gatepass.project({ slug: 'other' })
    const reading = await administrator(gatepass, { role: 'read_only' })
    const mine = await administrator(gatepass, { role: 'project_administrator', projects: [acme.id] })
    const theirs = await administrator(gatepass, {
      role: 'project_administrator',
      projects: [other.id],
      email: 'theirs@example.com',
    })
    const before = await stored()
    const answers = async (who: typeof mine) => [
      (await who.get(PATH)).statusCode,
      (await who.get(`${PATH}/runs`)).statusCode,
      (await who.post(PATH, fields)).statusCode,
      (await who.post(`${PATH}/run`, json(ada))).statusCode,
      (await who.post(`${PATH}/login-url`)).statusCode,
    ]
    t.same(await answers(reading), [403, 403, 403, 403, 403])
    t.same(await answers(theirs), [404, 404, 404, 404, 404])
    t.same(await stored(), before)
    t.same(await answers(mine), [200, 200, 200, 200, 200])
    t.notMatch((await reading.get('/console/projects/acme/groups')).body, `href="${PATH}"`)
  })

  t.test('runs of another project are not listed', async t => {
    const { gatepass, admin } = await open(t)
    await gatepass.project({ slug: 'other' })
    await admin.post('/console/projects/other/test/run', json(ada))
    t.match(read((await admin.get('/console/projects/other/test/runs')).body), /ada@example.com/)
    t.match(read((await admin.get(`${PATH}/runs`)).body), /Nobody has run one yet/)
  })

  t.test('payloads that would run as a page', async t => {
    const { admin } = await open(t)
    const everywhere = {
      username: hostile,
      firstName: hostile,
      emailId: hostile,
      externalId: hostile,
      redirectUrl: hostile,
      readerGroupIds: [hostile],
      tokenValidity: hostile,
      [hostile]: hostile,
    }
    const sound = { ...ada, username: hostile.replace('\u2028', ''), emailId: hostile.replace('\u2028', '') }
    const pages = [
      await admin.post(PATH, json(everywhere)),
      await admin.post(PATH, { ...json(everywhere), what: 'fields' }),
      await admin.post(PATH, { ...fields, ...everywhere, readerGroupIds: '', [`group-${hostile}`]: 'on' }),
      await admin.post(PATH, { as: 'json', json: hostile }),
      await admin.post(PATH, json(sound)),
      await admin.post(`${PATH}/run`, json(sound)),
      await admin.get(`${PATH}/runs`),
    ]
    for (const { body, statusCode } of pages) {
      t.ok([200, 400].includes(statusCode))
      t.notMatch(body, /<img|<script>|<\/textarea><script/)
    }
  })

  t.test('a login URL on a private address is not visited where private networks are off', async t => {
    let visits = 0
    const server = createServer((_, response) => {
      visits++
      response.end()
    })
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
    t.teardown(() => server.close())
    const loginUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/login`
    const { admin } = await open(t, { loginUrl }, { ALLOW_PRIVATE_NETWORKS: 'off' })
    t.match(read((await admin.post(`${PATH}/login-url`)).body), /Problem .* is a private address/)
    t.equal(visits, 0)
  })

  t.test('a login page cannot put anything of its own into the findings', async t => {
    const server = createServer((request, response) =>
      request.url!.startsWith('/login')
        ? response.writeHead(302, { location: '/<script>alert(1)</script>?<img src=x>' }).end()
        : response.writeHead(200, { 'content-type': '<img src=x onerror=alert(1)>' }).end('x'),
    )
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
    t.teardown(() => server.close())
    const loginUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/login`
    const { admin } = await open(t, { loginUrl })
    const { body } = await admin.post(`${PATH}/login-url`)
    t.match(read(body), /The answer is <img src=x onerror=alert\(1\)>, not a page/)
    t.notMatch(body, /<script>|<img/)
  })
})
