import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { updateProject } from '../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { ada, basic, issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'

const json = 'application/json'
const paths = ['/jwt/generateCode', '/api/jwt/generate-code']

/** A refusal as every refusal here is: the status, the code, a trace ID, nothing kept by caches, and no code made. */
async function refused(
  t: Test,
  gatepass: TestApp,
  response: LightMyRequestResponse,
  [status, error]: [number, string],
  what: string,
): Promise<{ field: string; problem: string }[]> {
  t.equal(response.statusCode, status, `${what}: ${response.body}`)
  const body = response.json()
  t.equal(body.error, error, what)
  t.type(body.error_description, 'string')
  t.equal(body.trace_id, response.headers['x-trace-id'])
  t.match(body.trace_id, /^[0-9a-f]{32}$/)
  t.equal(response.headers['cache-control'], 'no-store', `${what} is not cached`)
  t.equal(await gatepass.count('codes'), 0, `${what}: no code`)
  return body.errors ?? []
}

/** Pushes one payload that is wrong in one field and expects that field to be named. */
async function refusedField(
  t: Test,
  gatepass: TestApp,
  acme: TestProject,
  field: string,
  payload: Record<string, unknown>,
  what: string,
): Promise<void> {
  const response = await gatepass.push(acme, payload)
  const errors = await refused(t, gatepass, response, [400, 'invalid_request'], `${field} ${what}`)
  t.ok(errors.length > 0, `${field} ${what} is named`)
  for (const error of errors) t.match(error, { field, problem: /^(must|is missing)/ }, `${field} ${what}`)
}

t.test('works', async t => {
  t.test('both URLs make a code of 43 base64url characters and the callback URL to redirect to', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const path of paths) {
      const response = await gatepass.generate(acme, { path })
      t.equal(response.statusCode, 200)
      t.match(response.headers['content-type'], /^application\/json; charset=utf-8$/)
      t.equal(response.headers['cache-control'], 'no-store')
      const { code, ...rest } = response.json()
      t.match(code, /^[A-Za-z0-9_-]{43}$/)
      t.same(rest, {
        expiresIn: 60,
        callbackUrl: `http://acme.test/jwt/authorize?code=${code}`,
        traceId: response.headers['x-trace-id'],
      })
    }
  })

  t.test('the callback URL carries the page to land on, encoded', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const response = await gatepass.push(acme, { redirectUrl: '/guide?part=2&x=y#end' })
    const url = new URL(response.json().callbackUrl)
    t.equal(url.searchParams.get('redirectUrl'), '/guide?part=2&x=y#end')
  })

  t.test('credentials arrive in every spelling that HTTP Basic has', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const encoded = basic(acme.clientId, acme.clientSecret).slice('Basic '.length)
    const percent = (text: string) => text.replace(/[_-]/g, c => `%${c.charCodeAt(0).toString(16)}`)
    const spellings = {
      'as usual': `Basic ${encoded}`,
      'lower case': `basic ${encoded}`,
      'upper case': `BASIC ${encoded}`,
      'two spaces': `Basic  ${encoded}`,
      'without padding': `Basic ${encoded.replace(/=+$/, '')}`,
      'form-encoded first (RFC 6749, 2.3.1)': basic(percent(acme.clientId), percent(acme.clientSecret)),
    }
    for (const [what, authorization] of Object.entries(spellings)) {
      const response = await gatepass.generate(acme, { headers: { authorization } })
      t.equal(response.statusCode, 200, what)
    }
  })

  t.test('content types of JSON in any casing and with parameters meet the same schema', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const type of [json, 'Application/JSON', `${json}; charset=utf-8`, `${json};charset=UTF-8`]) {
      const headers = { 'content-type': type }
      t.equal((await gatepass.generate(acme, { headers })).statusCode, 200, type)
      const wrong = await gatepass.generate(acme, { headers, body: JSON.stringify({ ...ada, username: 5 }) })
      t.equal(wrong.statusCode, 400, type)
    }
  })

  t.test('validity is 15 minutes unless sent, and clamped to 5 minutes .. a day', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const asked: [unknown, number][] = [
      ...([
        [undefined, 15],
        [5, 5],
        [20, 20],
        [1440, 1440],
      ] as [unknown, number][]),
      ...([
        [4, 5],
        [0, 5],
        [-1, 5],
        [3600, 1440],
        [1441, 1440],
        [1e300, 1440],
        [15.0, 15],
      ] as [unknown, number][]),
    ]
    for (const [sent, minutes] of asked) {
      const arrived = await gatepass.callback(acme, await gatepass.code(acme, { tokenValidity: sent }))
      t.match(String(arrived.headers['set-cookie']), `Max-Age=${minutes * 60};`, `${sent} -> ${minutes}`)
      const made = (await gatepass.attempt(arrived.headers['x-trace-id'] as string))[0]!
      t.equal(made.detail.validityMinutes, minutes)
      const warnings = (made.detail.warnings ?? []) as string[]
      t.equal(
        warnings.some(warning => warning.startsWith('tokenValidity')),
        sent !== undefined && sent !== minutes,
      )
    }
  })

  t.test(
    'a project’s own limits clamp what is asked for, and its default stands where nothing is',
    async t => {
      const gatepass = await startApp(t)
      const limits = { minTokenValidity: 30, defaultTokenValidity: 45, maxTokenValidity: 60 }
      const acme = await gatepass.project(limits)
      const asked = [
        [undefined, 45],
        [5, 30],
        [-1, 30],
        [50, 50],
        [61, 60],
        [1440, 60],
      ] as const
      for (const [sent, minutes] of asked) {
        const arrived = await gatepass.callback(acme, await gatepass.code(acme, { tokenValidity: sent }))
        t.match(String(arrived.headers['set-cookie']), `Max-Age=${minutes * 60};`, `${sent} -> ${minutes}`)
      }
      await updateProject(gatepass.rules, gatepass.actor, acme.slug, { maxTokenValidity: 45 })
      const { warnings } = (await gatepass.push(acme, { tokenValidity: 60 }, '?dryRun=true')).json()
      t.same(warnings, ['tokenValidity 60 was set to 45 minutes'])
    },
  )

  t.test('whole payloads of real clients are taken, and what is not ours is told in the attempt', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const response = await gatepass.push(acme, {
      ...{ providerName: 'main', role: 'reader', 'x\u0007y': { deep: [1, null] } },
      ...{ readerGroupIds: [], tokenValidity: 30, firstName: '', lastName: '' },
    })
    t.equal(response.statusCode, 200)
    const step = await gatepass.lastStep()
    t.same(step.detail, {
      validityMinutes: 30,
      providerName: 'main',
      warnings: ['unknown fields were ignored: role, x?y'],
    })
  })

  t.test('an e-mail address that is none is taken, with a warning', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { traceId } = (await gatepass.push(acme, { emailId: 'employee 4711' })).json()
    const [step] = await gatepass.attempt(traceId)
    t.same(step!.detail.warnings, ['emailId is not an e-mail address'])
  })

  t.test('the longest values and all scripts are taken, in canonical form (NFC)', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const response = await gatepass.push(acme, {
      username: '\u{1F600}'.repeat(256),
      firstName: 'Zoe\u0308',
      lastName: 'محمد עברית 日本',
      emailId: `${'e'.repeat(308)}@example.com`,
      externalId: 'x'.repeat(256),
    })
    t.equal(response.statusCode, 200, response.body)
    const session = await gatepass.callback(acme, response.json().code)
    const cookie = String(session.headers['set-cookie']).split(';')[0]!
    const reader = (await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).json()
    t.match(reader, { given_name: 'Zo\u00eb', family_name: 'محمد עברית 日本' })
  })

  t.test('groups are named by ID or slug, each counted once', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const staff = await gatepass.group(acme, 'staff')
    await gatepass.group(acme, 'partners')
    const cookie = await gatepass.signIn(acme, {
      readerGroupIds: [staff.id, 'staff', 'partners', 'partners'],
    })
    const reader = (await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).json()
    t.same(reader.groups.sort(), ['partners', 'staff'])
  })

  t.test('an unknown group is ignored with a warning where the project says so', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ unknownGroups: 'ignore' })
    await gatepass.group(acme, 'staff')
    const cookie = await gatepass.signIn(acme, { readerGroupIds: ['ghosts', 'staff'] })
    t.same((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).json().groups, ['staff'])
    const warned = (await gatepass.steps()).find(step => step.step === 'code')!
    t.same(warned.detail.warnings, ['unknown reader groups were ignored: ghosts'])
    t.equal(await gatepass.count('reader_groups'), 1)
  })

  t.test('an unknown group is made where the project says so, once for everybody who names it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ unknownGroups: 'create' })
    const pushes = ['ada', 'bob', 'cyd'].map(username =>
      gatepass.push(acme, { username, emailId: `${username}@example.com`, readerGroupIds: ['new', 'newer'] }),
    )
    const codes: string[] = []
    for (const response of await Promise.all(pushes)) {
      t.equal(response.statusCode, 200, response.body)
      codes.push(response.json().code)
    }
    t.equal(await gatepass.count('reader_groups'), 2)
    for (const code of codes) {
      const tokens = (await gatepass.swap(acme, code)).json()
      t.same((await gatepass.userinfo(tokens.access_token)).json().groups.sort(), ['new', 'newer'])
    }
  })

  t.test('a group that is no longer sent is no longer the reader’s', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.group(acme, 'staff')
    await gatepass.signIn(acme, { readerGroupIds: ['staff'] })
    const cookie = await gatepass.signIn(acme)
    t.same((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).json().groups, [])
  })

  t.test('externalId is the key of the reader, and without it emailId is', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const sub = async (payload: Record<string, unknown>) => {
      const cookie = await gatepass.signIn(acme, payload)
      return (await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).json().sub
    }
    const byId = await sub({ externalId: 'u1', emailId: 'old@example.com' })
    t.equal(await sub({ externalId: 'u1', emailId: 'new@example.com', username: 'renamed' }), byId)
    t.not(await sub({ emailId: 'new@example.com' }), byId)
    t.equal(await sub({ emailId: 'caf\u00e9@example.com' }), await sub({ emailId: 'cafe\u0301@example.com' }))
    t.equal(await gatepass.count('readers'), 3)
  })

  t.test('a dry run answers with what would come of it, and stores nothing at all', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ unknownGroups: 'create' })
    const staff = await gatepass.group(acme, 'staff')
    const payload = { tokenValidity: 4, readerGroupIds: ['staff', 'new'], role: 'x', emailId: 'no address' }
    const response = await gatepass.push(acme, { ...payload, firstName: 'Zoe\u0308' }, '?dryRun=true')
    t.equal(response.statusCode, 200)
    const body = response.json()
    t.match(body, {
      dryRun: true,
      profile: {
        username: 'ada',
        firstName: 'Zo\u00eb',
        lastName: 'Lovelace',
        email: 'no address',
        externalId: 'no address',
      },
      tokenValidity: 5,
      claims: { name: 'Zo\u00eb Lovelace', preferred_username: 'ada', email: 'no address' },
      traceId: response.headers['x-trace-id'],
    })
    t.notOk('code' in body)
    t.same(body.groups.map((group: { slug: string; new: boolean }) => [group.slug, group.new]).sort(), [
      ['new', true],
      ['staff', false],
    ])
    t.ok(body.groups.some((group: { id: string }) => group.id === staff.id))
    t.same(body.claims.groups.sort(), ['new', 'staff'])
    t.equal(body.warnings.length, 4)
    for (const table of ['codes', 'readers', 'attempt_steps', 'sessions'] as const) {
      t.equal(await gatepass.count(table), 0, table)
    }
    t.equal(await gatepass.count('reader_groups'), 1)
  })

  t.test('a dry run refuses as the real thing does, and stores nothing of that either', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const wrong = [{ username: 5 }, { readerGroupIds: ['ghosts'] }, { codeChallengeMethod: 'S256' }]
    for (const payload of wrong) {
      t.equal((await gatepass.push(acme, payload, '?dryRun=true')).statusCode, 400)
    }
    t.equal(
      (await gatepass.generate(acme, { path: '/jwt/generateCode?dryRun=true', body: '{' })).statusCode,
      400,
    )
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    t.equal((await gatepass.push(acme, {}, '?dryRun=true')).statusCode, 403)
    t.equal(await gatepass.count('attempt_steps'), 0)
    t.equal(await gatepass.count('readers'), 0)
  })

  t.test('a body of exactly 64 KiB is read', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const start = `${JSON.stringify(ada).slice(0, -1)},"role":"`
    const body = `${start}${'x'.repeat(65_536 - start.length - 2)}"}`
    t.equal(Buffer.byteLength(body), 65_536)
    t.equal((await gatepass.generate(acme, { body })).statusCode, 200)
    t.equal((await gatepass.generate(acme, { body: `${body} ` })).statusCode, 413)
  })
})

t.test('refuses', async t => {
  t.test('each field of a wrong type, and names it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const strings = [
      ...['username', 'firstName', 'lastName', 'emailId', 'providerName', 'externalId', 'state'],
      ...['codeChallenge', 'codeChallengeMethod', 'redirectUrl'],
    ]
    const notStrings = [null, 123, true, ['g'], { $ne: '' }, [['x']]]
    for (const field of strings) {
      for (const value of notStrings) {
        const whole = field.startsWith('codeChallenge')
          ? { codeChallenge: 'c'.repeat(43), codeChallengeMethod: 'S256', [field]: value }
          : { [field]: value }
        await refusedField(t, gatepass, acme, field, whole, JSON.stringify(value))
      }
    }
    for (const value of [null, '15', '', 15.5, true, [15], {}]) {
      const what = JSON.stringify(value)
      await refusedField(t, gatepass, acme, 'tokenValidity', { tokenValidity: value }, what)
    }
    for (const value of [null, 'staff', 5, { 0: 'staff' }]) {
      const what = JSON.stringify(value)
      await refusedField(t, gatepass, acme, 'readerGroupIds', { readerGroupIds: value }, what)
    }
    for (const value of [null, 5, ['staff'], {}]) {
      const payload = { readerGroupIds: ['fine', value] }
      await refusedField(t, gatepass, acme, 'readerGroupIds.1', payload, JSON.stringify(value))
    }
  })

  t.test('each field that is missing, empty, blank or too long', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const field of ['username', 'emailId']) {
      const { [field]: _, ...rest } = ada as Record<string, string>
      const missing = await gatepass.generate(acme, { body: JSON.stringify(rest) })
      t.same(missing.json().errors, [{ field, problem: 'is missing' }])
    }
    for (const field of ['username', 'emailId', 'externalId']) {
      for (const value of ['', ' ', '\u00a0\u2003']) {
        await refusedField(t, gatepass, acme, field, { [field]: value }, JSON.stringify(value))
      }
    }
    const limits = { username: 256, firstName: 256, lastName: 256, emailId: 320, externalId: 256 }
    for (const [field, limit] of Object.entries(limits)) {
      const value = 'x'.repeat(limit + 1)
      await refusedField(t, gatepass, acme, field, { [field]: value }, `of ${limit + 1}`)
    }
    await refusedField(t, gatepass, acme, 'redirectUrl', { redirectUrl: `/${'x'.repeat(2048)}` }, 'of 2049')
    await refusedField(
      t,
      gatepass,
      acme,
      'readerGroupIds',
      { readerGroupIds: Array(1001).fill('g') },
      'of 1001',
    )
    await refusedField(t, gatepass, acme, 'readerGroupIds.0', { readerGroupIds: [''] }, 'empty')
  })

  t.test(
    'control characters, lone surrogates and marks that turn the direction of text, in every name',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const fields = ['username', 'firstName', 'lastName', 'emailId', 'externalId', 'providerName', 'state']
      const hostile = [
        ...['\u0000', '\n', '\r', '\t', '\u001b[2J', '\u007f', '\u0085', '\ud800', '\udfff', '\udc00\ud800'],
        ...['\u202a', '\u202e', '\u2066', '\u2069'],
      ]
      for (const field of fields) {
        for (const mark of hostile) {
          const payload = { [field]: `ada${mark}eve` }
          await refusedField(t, gatepass, acme, field, payload, JSON.stringify(mark))
        }
      }
      const group = { readerGroupIds: ['a\u0000'] }
      await refusedField(t, gatepass, acme, 'readerGroupIds.0', group, 'with NUL')
    },
  )

  t.test('a payload that is wrong everywhere, naming every field at once', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const response = await gatepass.push(acme, {
      ...{
        username: 5,
        firstName: null,
        lastName: [],
        emailId: '',
        readerGroupIds: 'x',
        tokenValidity: '15',
      },
      ...{
        providerName: {},
        externalId: ' ',
        state: 1,
        codeChallenge: 'short',
        codeChallengeMethod: 'plain',
      },
      ...{ redirectUrl: 7 },
    })
    const errors = await refused(t, gatepass, response, [400, 'invalid_request'], 'all wrong')
    t.same([...new Set(errors.map(error => error.field))].sort(), [
      ...['codeChallenge', 'codeChallengeMethod', 'emailId', 'externalId', 'firstName', 'lastName'],
      ...['providerName', 'readerGroupIds', 'redirectUrl', 'state', 'tokenValidity', 'username'],
    ])
    const step = await gatepass.lastStep()
    t.equal(step.reason, 'payload_invalid')
    t.same(step.detail.fields, errors)
  })

  t.test(
    'a challenge without its method, a method without its challenge, and methods other than S256',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const codeChallenge = 'c'.repeat(43)
      await refusedField(t, gatepass, acme, 'codeChallengeMethod', { codeChallenge }, 'is missing')
      await refusedField(t, gatepass, acme, 'codeChallenge', { codeChallengeMethod: 'S256' }, 'is missing')
      for (const codeChallengeMethod of ['plain', 's256', '']) {
        const payload = { codeChallenge, codeChallengeMethod }
        await refusedField(t, gatepass, acme, 'codeChallengeMethod', payload, codeChallengeMethod)
      }
      for (const challenge of ['c'.repeat(42), 'c'.repeat(44), `${'c'.repeat(42)}=`, `${'c'.repeat(42)}+`]) {
        const payload = { codeChallenge: challenge, codeChallengeMethod: 'S256' }
        await refusedField(t, gatepass, acme, 'codeChallenge', payload, challenge)
      }
    },
  )

  t.test('bodies that are no JSON object', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const bodies: Record<string, string | Buffer> = {
      ...{ empty: '', blank: ' ', text: 'username=ada', open: '{"username":"ada"', comma: '{"a":1,}' },
      ...{
        null: 'null',
        number: '5',
        string: '"ada"',
        array: '[]',
        'array of it': `[${JSON.stringify(ada)}]`,
      },
      ...{
        'two values': '{}{}',
        'a BOM': `\ufeff${JSON.stringify(ada)}`,
        comment: '/**/{}',
        NaN: '{"a":NaN}',
      },
      'invalid UTF-8': Buffer.concat([
        Buffer.from('{"username":"'),
        Buffer.from([0xc3, 0x28]),
        Buffer.from('"}'),
      ]),
      'UTF-16': Buffer.from(JSON.stringify(ada), 'utf16le'),
      'deep arrays': '['.repeat(32_000) + ']'.repeat(32_000),
      'deep objects': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    }
    for (const [what, body] of Object.entries(bodies)) {
      await refused(t, gatepass, await gatepass.generate(acme, { body }), [400, 'invalid_request'], what)
    }
  })

  t.test('a body that nests deeper than anybody needs in a field that is ignored anyway', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const deep = '['.repeat(30_000) + ']'.repeat(30_000)
    const body = `${JSON.stringify(ada).slice(0, -1)},"role":${deep}}`
    t.equal((await gatepass.generate(acme, { body })).statusCode, 400)
  })

  t.test('members named twice, and names that JavaScript reads meaning into', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const tail = JSON.stringify(ada).slice(1)
    const bodies = [
      `{"username":"eve",${tail}`,
      `{"usern\\u0061me":"eve",${tail}`,
      `{"role":{"a":1,"a":2},${tail}`,
      `{"role":[{"a":1,"a":1}],${tail}`,
      `{"__proto__":{"admin":true},${tail}`,
      `{"\\u005f_proto__":{"admin":true},${tail}`,
      `{"role":{"__proto__":1},${tail}`,
      `{"constructor":{"prototype":{"x":1}},${tail}`,
    ]
    for (const body of bodies) {
      await refused(t, gatepass, await gatepass.generate(acme, { body }), [400, 'invalid_request'], body)
    }
    t.equal(({} as { admin?: boolean }).admin, undefined)
    const colons = { username: 'a:b":{}', role: { 'x:"y': '\\":' } }
    t.equal(
      (await gatepass.push(acme, colons)).statusCode,
      200,
      'colons and quotes in strings confuse nobody',
    )
  })

  t.test('other content types, and none', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const types = [
      ...['text/plain', 'text/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'],
      ...['application/xml', 'application/jsonx', 'application/json-patch+json', 'json', ''],
      ...['text/plain; application/json', 'application/json\tfoo'],
      undefined,
    ]
    for (const type of types) {
      const response = await gatepass.generate(acme, { headers: { 'content-type': type } })
      await refused(t, gatepass, response, [415, 'unsupported_media_type'], String(type))
    }
    const form = new URLSearchParams({ username: 'ada', emailId: 'ada@example.com' }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const response = await gatepass.generate(acme, { headers, body: form })
    await refused(t, gatepass, response, [415, 'unsupported_media_type'], 'a form with all that is needed')
  })

  t.test('a body over 64 KiB', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const body = JSON.stringify({ ...ada, role: 'x'.repeat(65_536) })
    await refused(
      t,
      gatepass,
      await gatepass.generate(acme, { body }),
      [413, 'payload_too_large'],
      'too large',
    )
    t.equal((await gatepass.lastStep()).reason, 'body_unreadable')
  })

  t.test('other methods, and says which one is taken', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const path of paths) {
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
        const response = await gatepass.generate(acme, { method, path })
        t.equal(response.statusCode, 405, `${method} ${path}`)
        t.equal(response.headers.allow, 'POST')
        t.equal(response.json().error, 'method_not_allowed')
        t.ok(response.headers['x-trace-id'])
      }
      t.equal((await gatepass.generate(acme, { method: 'HEAD', path })).statusCode, 405)
    }
  })

  t.test('an unknown group by default, and names it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const foreign = await gatepass.group(other, 'staff')
    for (const sent of ['staff', foreign.id, 'STAFF', "staff' OR 1=1"]) {
      const response = await gatepass.push(acme, { readerGroupIds: [sent] })
      const errors = await refused(t, gatepass, response, [400, 'invalid_request'], sent)
      t.equal(errors[0]!.field, 'readerGroupIds')
      t.match(errors[0]!.problem, sent)
      t.equal((await gatepass.lastStep()).reason, 'groups_unknown')
    }
    t.equal(await gatepass.count('readers'), 0)
  })

  t.test('a group that cannot be made because its slug is none, also where groups are made', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ unknownGroups: 'create' })
    for (const sent of ['Staff', '-staff', 'a b', 'x'.repeat(64), '../x']) {
      const response = await gatepass.push(acme, { readerGroupIds: ['fine', sent] })
      await refused(t, gatepass, response, [400, 'invalid_request'], sent)
    }
    t.equal(await gatepass.count('reader_groups'), 0)
  })

  t.test('every reader while JWT is off, and says so', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ jwtEnabled: false })
    await refused(t, gatepass, await gatepass.push(acme), [403, 'access_denied'], 'JWT off')
    t.match(await gatepass.lastStep(), { reason: 'jwt_off', reader: ada.emailId, outcome: 'failed' })
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: true })
    t.equal((await gatepass.push(acme)).statusCode, 200)
  })

  t.test('a blocked reader, whose profile stays as it was', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ unknownGroups: 'create' })
    await gatepass.signIn(acme, { emailId: 'b@example.com' })
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    const reader = 'b@example.com'
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader, blocked: true })
    const codes = await gatepass.count('codes')
    const changed = { emailId: reader, firstName: 'Changed', readerGroupIds: ['new'] }
    const response = await gatepass.push(acme, changed)
    t.equal(await gatepass.count('reader_groups'), 0)
    t.equal(response.statusCode, 403)
    t.equal(response.json().error, 'access_denied')
    t.equal((await gatepass.push(acme, { emailId: reader }, '?dryRun=true')).statusCode, 403)
    t.equal(await gatepass.count('codes'), codes)
    t.match(await gatepass.lastStep(), { reason: 'reader_blocked', reader })
    const row = await gatepass.database.read
      .selectFrom('readers')
      .select('first_name')
      .where('external_id', '=', reader)
      .executeTakeFirst()
    t.equal(row!.first_name, 'Ada')
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader, blocked: false })
    t.equal((await gatepass.push(acme, { emailId: reader })).statusCode, 200)
  })

  t.test('values of dryRun that are neither true nor false', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const query of ['?dryRun=1', '?dryRun=', '?dryRun=TRUE', '?dryRun=true&dryRun=true']) {
      await refused(t, gatepass, await gatepass.push(acme, {}, query), [400, 'invalid_request'], query)
    }
  })
})

t.test('resists', async t => {
  t.test(
    'wrong credentials in every form: 401, one answer, and the true reason only in the attempt',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const other = await gatepass.project({ slug: 'other' })
      const raw = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
      const wrong: [string, string | undefined, string][] = [
        ['none', undefined, 'credentials_missing'],
        ['empty', '', 'credentials_missing'],
        ['no colon', raw(acme.clientId), 'credentials_missing'],
        ['no secret', basic(acme.clientId, ''), 'credentials_missing'],
        ['no ID', basic('', acme.clientSecret), 'credentials_missing'],
        ['another scheme', `Bearer ${acme.clientSecret}`, 'credentials_missing'],
        ['not base64', `Basic ${acme.clientId}:${acme.clientSecret}`, 'credentials_missing'],
        ['an unknown client', basic('login_nobody', acme.clientSecret), 'client_unknown'],
        ['__proto__', basic('__proto__', 'x'), 'client_unknown'],
        ['a wrong secret', basic(acme.clientId, `${acme.clientSecret.slice(0, -1)}!`), 'secret_wrong'],
        ['a cut secret', basic(acme.clientId, acme.clientSecret.slice(0, -1)), 'secret_wrong'],
        ['a secret with more', basic(acme.clientId, `${acme.clientSecret}:`), 'secret_wrong'],
        ['another case', basic(acme.clientId, acme.clientSecret.toUpperCase()), 'secret_wrong'],
        ['another project’s secret', basic(acme.clientId, other.clientSecret), 'secret_wrong'],
        ['the site client', basic(acme.siteClientId, acme.siteClientSecret), 'client_wrong_kind'],
      ]
      const answers = new Set<string>()
      for (const [what, authorization, reason] of wrong) {
        const response = await gatepass.generate(acme, { headers: { authorization } })
        await refused(t, gatepass, response, [401, 'invalid_client'], what)
        t.equal(response.headers['www-authenticate'], 'Basic realm="gatepass", charset="UTF-8"', what)
        const { trace_id: traceId, ...answer } = response.json()
        answers.add(JSON.stringify(answer))
        const steps = await gatepass.attempt(traceId)
        t.equal(steps.length, 1)
        t.match(steps[0], { reason, step: 'code', outcome: 'failed', address: '127.0.0.1' }, what)
      }
      t.equal(answers.size, 1)
    },
  )

  t.test('strangers learn nothing about bodies: credentials are checked before a body is read', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const headers = { authorization: basic('nobody', 'nothing') }
    for (const body of ['{', 'x'.repeat(70_000), '{"username":5}']) {
      const response = await gatepass.generate(acme, { headers, body })
      await refused(t, gatepass, response, [401, 'invalid_client'], 'a stranger')
    }
    const typed = await gatepass.generate(acme, { headers: { ...headers, 'content-type': 'text/plain' } })
    await refused(t, gatepass, typed, [401, 'invalid_client'], 'a stranger')
  })

  t.test('ten thousand wrong secrets meet 429, while the good client elsewhere is served', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const headers = { authorization: basic(acme.clientId, 'gps_wrong') }
    const statuses = new Map<number, number>()
    for (let batch = 0; batch < 100; batch++) {
      const requests = Array.from({ length: 100 }, () =>
        gatepass.generate(acme, { headers, from: '192.0.2.66' }),
      )
      for (const { statusCode } of await Promise.all(requests)) {
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
      }
    }
    t.same([...statuses.keys()].sort(), [401, 429])
    t.ok(statuses.get(401)! <= 130, `${statuses.get(401)} were evaluated, those of the first moment included`)
    t.ok((await gatepass.count('attempt_steps')) <= 140, 'and the timeline did not fill')
    const limited = await gatepass.generate(acme, { headers, from: '192.0.2.66' })
    t.equal(limited.json().error, 'slow_down')
    t.match(limited.headers['retry-after'], /^([1-9]|[1-5]\d|60)$/)
    t.equal(
      (await gatepass.generate(acme, { from: '192.0.2.66' })).statusCode,
      429,
      'a right guess is not told',
    )
    t.equal((await gatepass.generate(acme, { from: '192.0.2.1' })).statusCode, 200)
    t.ok((await gatepass.steps()).some(step => step.reason === 'too_many_failures'))
  })

  t.test('many client IDs from one address meet 429 as well', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    let last = 0
    for (let index = 0; index <= 300; index++) {
      const headers = { authorization: basic(`login_${index}`, 'x') }
      last = (await gatepass.generate(acme, { headers, from: '192.0.2.66' })).statusCode
    }
    t.equal(last, 429)
    t.equal((await gatepass.generate(acme, { from: '192.0.2.1' })).statusCode, 200)
  })

  t.test('a forged X-Forwarded-For does not change who is counted', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    let last = 0
    for (let index = 0; index <= 30; index++) {
      const headers = { authorization: basic(acme.clientId, 'x'), 'x-forwarded-for': `198.51.100.${index}` }
      last = (await gatepass.generate(acme, { headers })).statusCode
    }
    t.equal(last, 429)
  })

  t.test('endless codes: past the limit 429, until codes are redeemed or their time is over', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ outstandingCodesLimit: 3 })
    const other = await gatepass.project({ slug: 'other' })
    const [first] = [await gatepass.code(acme), await gatepass.code(acme), await gatepass.code(acme)]
    const limited = await gatepass.push(acme)
    t.equal(limited.statusCode, 429)
    t.equal(limited.json().error, 'slow_down')
    t.equal(limited.headers['retry-after'], '60')
    t.match(await gatepass.lastStep(), { reason: 'too_many_codes', detail: { limit: 3 } })
    t.equal((await gatepass.push(other)).statusCode, 200, 'others are not held back')
    t.equal((await gatepass.push(acme, {}, '?dryRun=true')).statusCode, 200)

    t.equal((await gatepass.callback(acme, first!)).statusCode, 302)
    t.equal((await gatepass.push(acme)).statusCode, 200, 'one was redeemed, one more is made')
    t.equal((await gatepass.push(acme)).statusCode, 429)
    gatepass.clock.seconds(61)
    t.equal((await gatepass.push(acme)).statusCode, 200, 'their time is over')
  })

  t.test('values that look like SQL, paths or templates: they are stored and shown as they are', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const hostile = [
      "'; DROP TABLE readers;--",
      '../../etc/passwd',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what somebody sends who looks for a template engine
      '${7*7}{{7*7}}',
      '<script>alert(1)</script>',
    ]
    for (const username of hostile) {
      const cookie = await gatepass.signIn(acme, { username, firstName: '', lastName: username })
      const reader = (await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).json()
      t.equal(reader.preferred_username, username)
      const page = await gatepass.get(`${acme.siteUrl}/`, { cookie })
      t.notMatch(page.body, '<script>alert')
    }
  })

  t.test('a forged Host or X-Forwarded-Host changes no link', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const headers of [
      { host: 'evil.test' },
      { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https' },
    ]) {
      const response = await gatepass.app.inject({
        method: 'POST',
        url: '/jwt/generateCode',
        headers: { authorization: basic(acme.clientId, acme.clientSecret), 'content-type': json, ...headers },
        payload: JSON.stringify(ada),
      })
      t.match(response.json().callbackUrl, /^http:\/\/acme\.test\/jwt\/authorize/)
      const metadata = await gatepass.app.inject({ url: '/.well-known/openid-configuration', headers })
      t.equal(metadata.json().issuer, issuer)
      t.notMatch(metadata.body, 'evil')
    }
  })
})
