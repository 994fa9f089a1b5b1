import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { listAudit } from '../../src/audit/audit-log.ts'
import { describeReason } from '../../src/audit/reasons.ts'
import { generateTestCode } from '../../src/codes/generate-test-code.ts'
import { createOutstandingCodes } from '../../src/codes/outstanding-codes.ts'
import { payloadProblems } from '../../src/codes/push-payload.ts'
import { tryPush } from '../../src/codes/try-push.ts'
import { parseJson } from '../../src/http/parse-body.ts'
import { newTraceId } from '../../src/platform/trace-id.ts'
import type { NewProject } from '../../src/projects/create-project.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { rotateSecret } from '../../src/projects/rotate-secret.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { createContentFolders } from '../../src/site/content-folders.ts'
import { pagesForReader } from '../../src/site/pages-for-reader.ts'
import fc from '../properties.ts'
import { ada, startApp, type TestApp } from '../start-app.ts'

type Settings = Partial<NewProject>

/** What an administrator works with, who has no client secret. */
async function open(t: Parameters<typeof startApp>[0], settings: Settings = {}) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project(settings)
  const staff = await gatepass.group(acme, 'staff')
  const registry = createRegistry(gatepass.database.read)
  const deps = { ...gatepass.rules, registry, outstanding: createOutstandingCodes() }
  const project = async () => {
    await registry.refresh()
    return registry.projectById(acme.id)!
  }
  return {
    gatepass,
    acme,
    staff,
    project,
    deps,
    attempt: async (payload: unknown) => tryPush(deps, await project(), payload),
    test: async (payload: unknown) =>
      generateTestCode(deps, gatepass.actor, { project: await project(), payload }, visitOf(gatepass)),
  }
}

const visitOf = (gatepass: TestApp) => ({ traceId: newTraceId(gatepass.clock.now()), address: '192.0.2.7' })
const challenge = 'c'.repeat(43)

t.test('works', async t => {
  t.test('a trial shows what a sign-in would bring, and stores nothing', async t => {
    const { gatepass, acme, staff, attempt } = await open(t)
    const before = [await gatepass.count('attempt_steps'), await gatepass.count('audit_events')]
    const payload = {
      ...ada,
      readerGroupIds: ['staff'],
      tokenValidity: 3600,
      role: 'x',
      redirectUrl: '/a?b=1',
    }
    const { problems, warnings, outcome } = await attempt(payload)
    t.same(problems, [])
    t.same(warnings, ['tokenValidity 3600 was set to 1440 minutes', 'unknown fields were ignored: role'])
    const iat = gatepass.clock.now() / 1000
    t.match(outcome, {
      profile: { externalId: 'ada@example.com', username: 'ada', firstName: 'Ada' },
      tokenValidity: 1440,
      groups: [{ id: staff.id, slug: 'staff', name: 'staff', new: false }],
      reader: { id: null, blocked: false, changes: [] },
      landing: '/a?b=1',
      atCallback: 'opens',
      idToken: {
        header: { alg: 'ES256', typ: 'JWT' },
        claims: {
          ...{ iss: 'http://id.test', aud: acme.siteClientId, iat, exp: iat + 1440 * 60, auth_time: iat },
          ...{ sub: 'made at the first sign-in', name: 'Ada Lovelace', groups: ['staff'] },
        },
      },
    })
    for (const table of ['codes', 'readers', 'sessions'] as const)
      t.equal(await gatepass.count(table), 0, table)
    t.same([await gatepass.count('attempt_steps'), await gatepass.count('audit_events')], before)
  })

  t.test('the claims of a trial are those of the token that a site gets', async t => {
    const { gatepass, acme, attempt } = await open(t, { signingAlgorithm: 'EdDSA' })
    const payload = { ...ada, readerGroupIds: ['staff'], tokenValidity: 20 }
    const swapped = await gatepass.swap(acme, await gatepass.code(acme, payload))
    const [header, claims] = swapped
      .json()
      .id_token.split('.')
      .slice(0, 2)
      .map((part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()))
    const { idToken } = (await attempt(payload)).outcome!
    const { kid: _, ...rest } = header
    t.same(idToken.header, rest)
    const chance = { jti: '', sid: '' }
    t.same({ ...idToken.claims, ...chance }, { ...claims, ...chance })
    t.same(Object.keys(idToken.claims).sort(), Object.keys(claims).sort())
  })

  t.test('a trial tells what a sign-in would change about a reader who is known', async t => {
    const { gatepass, acme, attempt } = await open(t)
    await gatepass.code(acme, { readerGroupIds: ['staff'] })
    const { outcome } = await attempt({ ...ada, lastName: 'King' })
    t.same(outcome!.reader.changes, [
      { field: 'lastName', from: 'Lovelace', to: 'King' },
      { field: 'groups', from: 'staff', to: '' },
    ])
    t.same((await attempt({ ...ada, readerGroupIds: ['staff'] })).outcome!.reader.changes, [])
  })

  t.test('groups that would be made, and those that would be left out, are told', async t => {
    const creating = await open(t, { unknownGroups: 'create' })
    const { warnings, outcome } = await creating.attempt({ ...ada, readerGroupIds: ['new-one'] })
    t.same(warnings, ['new reader groups: new-one'])
    t.match(outcome, {
      groups: [{ slug: 'new-one', new: true }],
      idToken: { claims: { groups: ['new-one'] } },
    })
    const ignoring = await open(t, { unknownGroups: 'ignore' })
    t.match(await ignoring.attempt({ ...ada, readerGroupIds: ['x'] }), {
      problems: [],
      warnings: ['unknown reader groups were ignored: x'],
    })
  })

  t.test('what a callback would do follows from the binding', async t => {
    for (const [binding, expected] of [
      ['off', 'opens'],
      ['confirm', 'asks'],
      ['required', 'refuses'],
    ] as const) {
      const { attempt } = await open(t, { binding })
      t.equal((await attempt(ada)).outcome!.atCallback, expected)
      const bound = { ...ada, codeChallenge: challenge, codeChallengeMethod: 'S256' }
      t.equal((await attempt(bound)).outcome!.atCallback, 'refuses', 'in a browser that did not ask')
    }
  })

  t.test('a test code opens the site like any other, and says who made it', async t => {
    const { gatepass, acme, test } = await open(t)
    gatepass.clock.seconds(1)
    const made = await test({ ...ada, redirectUrl: '/guide' })
    t.match(made, {
      expiresIn: 60,
      atCallback: 'opens',
      callbackUrl: /\/jwt\/authorize\?code=[\w-]{43}&redirectUrl=/,
    })
    const arrived = await gatepass.get(made.callbackUrl)
    t.equal(arrived.headers.location, 'http://acme.test/guide')
    const [code, swap] = await gatepass.attempt(made.traceId)
    t.match(code, {
      step: 'code',
      outcome: 'passed',
      address: '192.0.2.7',
      detail: { test: true, by: 'test' },
    })
    t.match(swap, { step: 'swap', outcome: 'passed' })
    t.match((await listAudit(gatepass.database.read, 1))[0], {
      action: 'sign-in.test',
      actor: { name: 'test' },
      projectId: acme.id,
      detail: { externalId: 'ada@example.com', traceId: made.traceId },
    })
  })

  t.test('a test code is swapped for tokens, and lives through a rotation of the client secret', async t => {
    const { gatepass, acme, test } = await open(t)
    const { code } = await test(ada)
    await rotateSecret(gatepass.rules, gatepass.actor, {
      slug: 'acme',
      kind: 'login',
      label: 'new',
      grace: 0,
    })
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
  })

  t.test('the pages that a reader could open, and those that stay shut', async t => {
    const { gatepass, acme, project, attempt } = await open(t)
    const siteFolder = join(gatepass.folder, 'content')
    mkdirSync(join(siteFolder, 'internal'), { recursive: true })
    writeFileSync(join(siteFolder, 'index.md'), '# Home')
    writeFileSync(join(siteFolder, 'prices.md'), '---\ngroups: [partners]\n---\n# Prices')
    writeFileSync(join(siteFolder, 'internal/rota.md'), '# Rota')
    const pathRules = [{ path: '/internal/*', groups: ['staff'] }]
    gatepass.clock.seconds(1)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { siteFolder, pathRules })

    const folders = createContentFolders()
    const { outcome } = await attempt({ ...ada, readerGroupIds: ['staff'] })
    const slugs = outcome!.groups.map(group => group.slug)
    const pages = await pagesForReader(folders, await project(), slugs)
    t.equal(pages.served, true)
    t.same(
      pages.open.map(({ path, title }) => [path, title]),
      [
        ['/', 'Home'],
        ['/internal/rota', 'Rota'],
      ],
    )
    t.match(pages.closed, [{ path: '/prices', groups: [['partners']] }])
    t.match(pages.rules, [{ path: '/internal/*', open: true }])
    t.match(await pagesForReader(folders, await project(), []), {
      open: [{ path: '/' }],
      closed: [{ path: '/internal/rota' }, { path: '/prices' }],
      rules: [{ open: false }],
    })
  })

  t.test('of a site that runs elsewhere, the rules are known', async t => {
    const { project } = await open(t, { pathRules: [{ path: '/internal/*', groups: ['staff'] }] })
    t.match(await pagesForReader(createContentFolders(), await project(), []), {
      served: false,
      open: [],
      rules: [{ path: '/internal/*', open: false }],
    })
  })
})

t.test('refuses', async t => {
  t.test('everything that is wrong is said at once, each with its reason and what to do', async t => {
    const { gatepass, acme, attempt } = await open(t)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    const { problems, warnings, outcome } = await attempt({
      firstName: 'a\nb',
      emailId: 'nobody',
      tokenValidity: '15',
      readerGroupIds: ['staff', 'x'],
      codeChallenge: challenge,
      redirectUrl: '//evil.test',
      role: 'admin',
    })
    t.equal(outcome, null)
    t.same(
      problems.map(({ field, reason }) => [field, reason]).sort(),
      [
        [null, 'jwt_off'],
        ['codeChallengeMethod', 'payload_invalid'],
        ['firstName', 'payload_invalid'],
        ['readerGroupIds', 'groups_unknown'],
        ['tokenValidity', 'payload_invalid'],
        ['username', 'payload_invalid'],
      ].sort(),
    )
    for (const { reason, problem, fix } of problems) {
      t.equal(fix, describeReason(reason)!.fix)
      t.match(problem, /\w/)
    }
    t.same(warnings, [
      'emailId is not an e-mail address',
      'redirectUrl is not a path on the site; the reader lands on its home',
      'unknown fields were ignored: role',
    ])
  })

  t.test('a blocked reader and a closed project are told, with what would come of it otherwise', async t => {
    const { gatepass, acme, project, attempt, test } = await open(t)
    await gatepass.code(acme)
    const blocking = { project: await project(), reader: ada.emailId, blocked: true }
    await setReaderBlocked(gatepass.rules, gatepass.actor, blocking)
    t.match(await attempt(ada), {
      problems: [{ field: null, reason: 'reader_blocked' }],
      outcome: { reader: { blocked: true } },
    })
    await t.rejects(test(ada), { code: 'access_denied' })
    const step = await gatepass.lastStep()
    t.match(step, {
      step: 'code',
      outcome: 'failed',
      reason: 'reader_blocked',
      detail: { test: true, by: 'test' },
    })
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    await t.rejects(test(ada), { code: 'access_denied' })
    t.equal((await gatepass.lastStep()).reason, 'jwt_off')
    t.equal(
      (await listAudit(gatepass.database.read, 9)).filter(each => each.action === 'sign-in.test').length,
      0,
    )
  })

  t.test('a test code for a payload that is wrong: every field is named, nothing is stored', async t => {
    const { gatepass, test } = await open(t)
    await t.rejects(test({ username: 1 }), {
      code: 'invalid_request',
      fields: [
        { field: 'emailId', problem: 'is missing' },
        { field: 'username', problem: 'must be a string' },
      ],
    })
    for (const payload of [null, [], 'x', 1, undefined]) {
      await t.rejects(test(payload), {
        code: 'invalid_request',
        fields: [{ field: 'body', problem: 'must be a JSON object' }],
      })
    }
    t.equal(await gatepass.count('codes'), 0)
  })
})

t.test('resists', async t => {
  t.test('a test code goes by every rule of a code: once, its time, its project, its binding', async t => {
    const { gatepass, acme, test } = await open(t)
    const other = await gatepass.project({ slug: 'other' })
    const { code } = await test(ada)
    t.equal((await gatepass.swap(other, code)).statusCode, 400, 'not at another project')
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
    t.equal((await gatepass.swap(acme, code)).statusCode, 400, 'once')
    const late = await test(ada)
    gatepass.clock.seconds(61)
    t.equal((await gatepass.swap(acme, late.code)).statusCode, 400, 'in its time')
    const closed = await test(ada)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    t.equal((await gatepass.swap(acme, closed.code)).statusCode, 400, 'while the project is open')
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: true, binding: 'required' })
    const unbound = await test(ada)
    t.equal(unbound.atCallback, 'refuses')
    t.equal((await gatepass.get(unbound.callbackUrl)).statusCode, 400, 'bound where that is required')
  })

  t.test('a pushed code still falls with the secret that pushed it', async t => {
    const { gatepass, acme } = await open(t)
    const code = await gatepass.code(acme)
    await rotateSecret(gatepass.rules, gatepass.actor, {
      slug: 'acme',
      kind: 'login',
      label: 'new',
      grace: 0,
    })
    t.equal((await gatepass.swap(acme, code)).statusCode, 400)
    t.equal((await gatepass.lastStep()).reason, 'secret_revoked_since')
  })

  t.test('a test at one project cannot write into another’s timeline', async t => {
    const { gatepass, test } = await open(t)
    const other = await gatepass.project({ slug: 'other' })
    const sent = await gatepass.get(`${other.siteUrl}/`)
    const state = new URL(sent.headers.location!).searchParams.get('state')!
    const { traceId } = await test({ ...ada, state })
    t.not(traceId, state)
    t.equal((await gatepass.attempt(state)).length, 1)
  })

  t.test('a trial and code generation take the same payloads, and name the same fields', async t => {
    const { gatepass, acme, staff } = await open(t)
    const text = fc.oneof(
      fc.constantFrom(
        '',
        ' ',
        'a',
        'a\n',
        '\ud800',
        '\u202e',
        'é'.normalize('NFD'),
        '👩‍👩‍👧',
        'S256',
        staff.id,
        challenge,
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.integer({ min: 250, max: 330 }).map(length => '👍'.repeat(length)),
    )
    const value = fc.oneof(
      { weight: 3, arbitrary: text },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(text, { maxLength: 3 }),
    )
    const names = [
      'username',
      'firstName',
      'emailId',
      'readerGroupIds',
      'tokenValidity',
      'externalId',
      'state',
    ]
    const name = fc.constantFrom(...names, 'codeChallenge', 'codeChallengeMethod', 'redirectUrl', 'role')
    const payloads = fc.oneof(
      fc.dictionary(name, value).map(each => ({ ...ada, ...each })),
      fc.dictionary(name, value),
      fc.jsonValue({ maxDepth: 1 }),
    )
    // A body that names `__proto__` and the like is refused before anybody looks at its fields.
    const isRead = (payload: unknown) => {
      try {
        return parseJson(Buffer.from(JSON.stringify(payload))) !== undefined
      } catch {
        return false
      }
    }
    await fc.assert(
      fc.asyncProperty(payloads.filter(isRead), async payload => {
        const body = JSON.stringify(payload)
        const answer = await gatepass.generate(acme, { path: '/jwt/generateCode?dryRun=true', body })
        // What the schema lets through is decided by the rules that both share.
        const { errors = [], error_description: sentence = '' } = answer.json()
        const told = sentence.startsWith('Fields of the request') ? errors : []
        const order = (list: { field: string; problem: string }[]) =>
          list.map(each => JSON.stringify(each)).sort()
        const found = order(payloadProblems(JSON.parse(body)))
        return JSON.stringify(found) === JSON.stringify(order(told))
      }),
      { numRuns: 400 },
    )
  })
})
