// Section 5 of the contract, as programs that were written for the vendor's portal meet it.
import type { AddressInfo } from 'node:net'
import { betaSDK, client } from '@devrev/typescript-sdk'
import t from 'tap'
import { findAuditEntries } from '../../src/audit/find-audit-entries.ts'
import { revokeSecret } from '../../src/projects/rotate-secret.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { findReaderByExternalId } from '../../src/readers/reader-store.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { basic, issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'
import { applicationToken, asked, loginToken } from './login-token.ts'

/** `asked` about another reader. */
const about = (revInfo: unknown) => ({ ...asked, rev_info: revInfo })
const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString())
const readerOf = (gatepass: TestApp, acme: TestProject, key: string) =>
  findReaderByExternalId(gatepass.database.read, acme.id, key)
const call = (gatepass: TestApp, token: string, name: string, body?: unknown, query = '') =>
  gatepass.app.inject({
    method: body === undefined ? 'GET' : 'POST',
    url: `${issuer}/auth-tokens.${name}${query}`,
    headers: { authorization: token, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })

t.test('works', async t => {
  t.test('the vendor’s own client gets a token, with nothing but its endpoint changed', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { token, id } = await applicationToken(gatepass, acme)
    await gatepass.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = gatepass.app.server.address() as AddressInfo
    const sdk = client.setupBeta({ endpoint: `http://127.0.0.1:${port}`, token })

    const { status, data } = await sdk.authTokensCreate({
      grant_type: betaSDK.AuthTokenGrantType.UrnIetfParamsOauthGrantTypeTokenExchange,
      requested_token_type: betaSDK.AuthTokenRequestedTokenType.UrnDevrevParamsOauthTokenTypeSessionOnetime,
      subject_token_type: betaSDK.AuthTokenSubjectTokenType.UrnDevrevParamsOauthTokenTypeRevinfo,
      rev_info: {
        user_ref: 'ada',
        account_ref: 'acme-inc',
        user_traits: { email: 'ada@example.com', full_name: 'Ada King Lovelace', phone_numbers: ['+44 1'] },
        account_traits: { display_name: 'Acme Inc', domains: ['acme.example'] },
      },
    })
    t.equal(status, 201)
    t.match(data, { access_token: /^[\w-]+\.[\w-]+\.[\w-]+$/, token_type: 'bearer', expires_in: 300 })
    t.match((await sdk.authTokensInfo()).data.organization, { id: acme.id, slug: 'acme' })
    t.match((await sdk.authTokensInfoPost({})).data.user, { type: 'service_account', display_name: 'portal' })
    t.match((await sdk.authTokensList()).data.tokens, [{ id, status: 'active', token_hint: /^\.\.\./ }])
    t.equal((await sdk.authTokensListPost({})).data.tokens.length, 1)
    t.equal((await sdk.authTokensGet({ token_id: id })).data.token.id, id)
    t.equal((await sdk.authTokensGetPost({ token_id: id })).data.token.id, id)
    await sdk.authTokensDelete({ token_id: claimsOf(data.access_token).jti })
    await sdk.authTokensSelfDelete({})
    const refused = await sdk.authTokensInfo().catch(error => error.response)
    t.match(refused, { status: 401, data: { type: 'unauthenticated' } })

    const plain = await fetch(`http://127.0.0.1:${port}/auth-tokens.create`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${(await applicationToken(gatepass, acme)).token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(asked),
    })
    t.equal(plain.status, 201)
    t.equal(plain.headers.get('cache-control'), 'no-store')
    t.ok(plain.headers.get('x-trace-id'))
  })

  t.test('the token comes raw or as Bearer; the answer is a JWT of five minutes, and no more', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { token } = await applicationToken(gatepass, acme)
    t.match(token, /^gpa_[\w-]{43}$/)
    for (const authorization of [token, `Bearer ${token}`, `bearer ${token}`]) {
      const answer = await loginToken(gatepass, acme, { token: authorization })
      t.equal(answer.statusCode, 201)
      t.same(Object.keys(answer.json()), ['access_token', 'token_type', 'expires_in'])
      const { iss, aud, iat, exp, sub } = claimsOf(answer.json().access_token)
      t.match({ iss, aud, life: exp - iat }, { iss: issuer, aud: acme.siteUrl, life: 300 })
      t.equal(sub, (await readerOf(gatepass, acme, 'ada'))!.id)
      t.match(await gatepass.attempt(String(answer.headers['x-trace-id'])), [
        { step: 'code', outcome: 'passed', reader: 'ada', detail: { loginToken: true } },
      ])
    }
    t.notMatch(gatepass.log(), token)
  })

  t.test(
    'a reader is known by user_ref, else by e-mail address, and is made where there is none',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const { token } = await applicationToken(gatepass, acme)
      const make = async (revInfo: unknown) => {
        const answer = await loginToken(gatepass, acme, { token, body: about(revInfo) })
        t.equal(answer.statusCode, 201, answer.body)
      }
      await make({ user_ref: 'u1' })
      t.match(await readerOf(gatepass, acme, 'u1'), { username: 'u1', email: 'u1', firstName: '' })
      await make({ user_traits: { email: 'b@example.com', display_name: 'Bo' } })
      t.match(await readerOf(gatepass, acme, 'b@example.com'), { username: 'Bo', email: 'b@example.com' })
      await make({ user_ref: 'u2', user_traits: { full_name: 'Ada King Lovelace', email: 'a@example.com' } })
      const ada = { username: 'Ada King Lovelace', firstName: 'Ada King', lastName: 'Lovelace' }
      t.match(await readerOf(gatepass, acme, 'u2'), { ...ada, email: 'a@example.com' })
      await make({
        user_ref: 'u2',
        user_id: 'don:x',
        org_ref: 'o',
        workspace_ref: 'w',
        workspace_traits: {},
        org_traits: {},
      })
      t.match(
        await readerOf(gatepass, acme, 'u2'),
        { ...ada, email: 'a@example.com' },
        'what is left out stays',
      )
      await make({
        user_ref: 'u3',
        user_traits: { full_name: 'Plato', description: '', custom_fields: { tnt__x: 1 } },
      })
      t.match(await readerOf(gatepass, acme, 'u3'), { firstName: 'Plato', lastName: '' })
    },
  )

  t.test('groups come by custom_fields.reader_groups, and stay as they are without it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const staff = await gatepass.group(acme, 'staff')
    const { token } = await applicationToken(gatepass, acme)
    const groupsAfter = async (traits: unknown) => {
      await loginToken(gatepass, acme, { token, body: about({ user_ref: 'ada', user_traits: traits }) })
      return (await readerOf(gatepass, acme, 'ada'))!.groupIds
    }
    t.same(await groupsAfter({ custom_fields: { reader_groups: ['staff'] } }), [staff.id])
    t.same(await groupsAfter({ display_name: 'Ada' }), [staff.id])
    t.same(await groupsAfter({ custom_fields: { reader_groups: [] } }), [])
    const unknown = about({ user_ref: 'ada', user_traits: { custom_fields: { reader_groups: ['ghosts'] } } })
    const refused = await loginToken(gatepass, acme, { token, body: unknown })
    t.match(refused.json(), { type: 'parse_error', detail: /ghosts/ })
  })

  t.test('.list and .get show what an application token is, .delete and .self.delete end it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const [one, two, three] = await Promise.all(
      ['one', 'two', 'three'].map(label => applicationToken(gatepass, acme, 60_000, label)),
    )
    const listed = (await call(gatepass, one!.token, 'list', {})).json().tokens
    t.equal(listed.length, 3)
    t.notMatch(JSON.stringify(listed), one!.token)
    const [shown] = (await call(gatepass, one!.token, 'list')).json().tokens
    t.match(shown, { status: 'active', requested_token_type: /:aat$/, issued_at: /Z$/, expires_at: /Z$/ })
    const onetime = { requested_token_type: asked.requested_token_type }
    t.same((await call(gatepass, one!.token, 'list', onetime)).json(), { tokens: [] })
    t.equal((await call(gatepass, one!.token, 'delete', { token_id: two!.id })).statusCode, 200)
    t.equal((await loginToken(gatepass, acme, { token: two!.token })).statusCode, 401)
    t.equal(
      (await call(gatepass, one!.token, 'get', undefined, `?token_id=${two!.id}`)).json().token.status,
      'expired',
    )
    t.equal((await call(gatepass, one!.token, 'delete', {})).statusCode, 200, 'without an ID: itself')
    t.equal((await call(gatepass, one!.token, 'info')).statusCode, 401)
    t.equal((await call(gatepass, three!.token, 'self.delete', onetime)).statusCode, 200)
    t.equal((await call(gatepass, three!.token, 'info', {})).statusCode, 200, 'only its login tokens')
    t.match((await call(gatepass, three!.token, 'info', {})).json(), {
      token: { issuer, expiry: Math.floor(three!.expiresAt! / 1000) },
    })
    t.equal((await call(gatepass, three!.token, 'self.delete', {})).statusCode, 200)
    t.equal((await call(gatepass, three!.token, 'info', {})).statusCode, 401)
  })

  t.test('pages at the project’s own origins may call, with a preflight', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ allowedRedirects: ['https://app.acme.test/back'] })
    const other = await gatepass.project({ slug: 'other' })
    for (const origin of [acme.siteUrl, 'https://app.acme.test']) {
      const preflight = await gatepass.app.inject({
        method: 'OPTIONS',
        url: `${issuer}/auth-tokens.create`,
        headers: { origin, 'access-control-request-method': 'POST' },
      })
      t.equal(preflight.statusCode, 204)
      t.match(preflight.headers, {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': /authorization, content-type/,
        vary: 'Origin',
      })
      t.equal(
        (await loginToken(gatepass, acme, { headers: { origin } })).headers['access-control-allow-origin'],
        origin,
      )
      const refused = await loginToken(gatepass, acme, { headers: { origin }, token: 'gpa_no' })
      t.match(refused, { statusCode: 401, headers: { 'access-control-allow-origin': origin } })
    }
    const allowed = async (origin: string, method: 'OPTIONS' | 'POST') => {
      const answer =
        method === 'POST'
          ? await loginToken(gatepass, acme, { headers: { origin } })
          : await gatepass.app.inject({ method, url: `${issuer}/auth-tokens.create`, headers: { origin } })
      return answer.headers['access-control-allow-origin']
    }
    t.equal(await allowed('https://evil.test', 'OPTIONS'), undefined)
    t.equal(await allowed('https://evil.test', 'POST'), undefined)
    t.equal(await allowed('null', 'POST'), undefined)
    t.equal(await allowed(other.siteUrl, 'POST'), undefined, 'another project’s page reads nothing of ours')
  })
})

t.test('refuses', async t => {
  t.test('requests that are wrong: every wrong field at once, in the vendor’s dress', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { token } = await applicationToken(gatepass, acme)
    const rows: [name: string, body: unknown, type: string, detail: RegExp][] = [
      ['not JSON', '{', 'parse_error', /Trace ID/],
      ['a member twice', '{"a":1,"a":2}', 'parse_error', /Trace ID/],
      ['nothing', {}, 'missing_required_field', /grant_type is missing.*rev_info is missing/],
      [
        'no grant type',
        { ...asked, grant_type: undefined },
        'missing_required_field',
        /grant_type is missing/,
      ],
      [
        'another grant type',
        { ...asked, grant_type: 'password' },
        'invalid_enum_value',
        /grant_type must be/,
      ],
      [
        'another token',
        { ...asked, requested_token_type: `${asked.requested_token_type}s` },
        'invalid_enum_value',
        /requested_token_type must be/,
      ],
      [
        'another subject',
        { ...asked, subject_token_type: 'x' },
        'invalid_enum_value',
        /subject_token_type must be/,
      ],
      ['nobody', about({}), 'missing_required_field', /rev_info\.user_ref is missing/],
      ['an ID alone', about({ user_id: 'don:x' }), 'missing_required_field', /rev_info\.user_ref is missing/],
      [
        'a number',
        about({ user_ref: 5, user_traits: { email: true } }),
        'parse_error',
        /user_ref must be a string.*email must be a string/,
      ],
      [
        'no object',
        about({ user_ref: 'a', user_traits: 'ada' }),
        'parse_error',
        /user_traits must be a JSON object/,
      ],
      ['null', about(null), 'parse_error', /rev_info must be a JSON object/],
      ['a bell', about({ user_ref: 'a\u0007' }), 'parse_error', /user_ref must not/],
      [
        'a turned name',
        about({ user_ref: 'a', user_traits: { display_name: 'a\u202eb' } }),
        'parse_error',
        /display_name must not/,
      ],
      ['a lone surrogate', about({ user_ref: '\ud800' }), 'parse_error', /user_ref must not/],
      ['a long name', about({ user_ref: 'a'.repeat(257) }), 'parse_error', /at most 256/],
      [
        'no list',
        about({ user_ref: 'a', user_traits: { phone_numbers: '1' } }),
        'parse_error',
        /phone_numbers must be an array/,
      ],
    ]
    for (const [name, body, type, detail] of rows) {
      const answer = await loginToken(gatepass, acme, { token, body })
      t.equal(answer.statusCode, 400, name)
      t.same(Object.keys(answer.json()), ['type', 'message', 'detail'], name)
      t.match(answer.json(), { type, detail }, name)
      const [step] = await gatepass.attempt(String(answer.headers['x-trace-id']))
      t.match(step, { projectId: acme.id, step: 'code', outcome: 'failed' }, name)
    }
    t.equal(await gatepass.count('readers'), 0)
    const large = await loginToken(gatepass, acme, { token, body: about({ user_ref: 'a'.repeat(70_000) }) })
    t.match({ status: large.statusCode, ...large.json() }, { status: 413, type: 'request_entity_too_large' })
    const form = await loginToken(gatepass, acme, {
      token,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    t.match({ status: form.statusCode, ...form.json() }, { status: 415, type: 'invalid_content_type' })
  })

  t.test('who may not ask: 401; and who may, of a reader or project that is closed: 403', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await applicationToken(gatepass, acme, 60_000)
    const refusedFor = async (token: string) => {
      const answer = await loginToken(gatepass, acme, { token })
      t.match(answer, { statusCode: 401, headers: { 'www-authenticate': /^Bearer/ } })
      t.match(answer.json(), { type: 'unauthenticated', message: 'Client authentication failed.' })
      return (await gatepass.lastStep()).reason
    }
    t.equal(await refusedFor(''), 'credentials_missing')
    t.equal(await refusedFor('gpa_'), 'secret_wrong')
    t.equal(await refusedFor(made.token.slice(0, -1)), 'secret_wrong')
    t.equal(await refusedFor(acme.clientSecret), 'secret_wrong', 'a login client’s secret')
    t.equal(await refusedFor(basic(acme.clientId, acme.clientSecret)), 'credentials_missing')
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    await loginToken(gatepass, acme, { token: made.token })
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader: 'ada', blocked: true })
    const blocked = await loginToken(gatepass, acme, { token: made.token })
    t.match({ status: blocked.statusCode, ...blocked.json() }, { status: 403, type: 'forbidden' })
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { standard: 'openid' })
    t.equal((await loginToken(gatepass, acme, { token: made.token })).json().type, 'forbidden')
    t.equal((await gatepass.lastStep()).reason, 'other_standard')
    gatepass.clock.seconds(60)
    t.equal(await refusedFor(made.token), 'secret_retired')
    t.match(await gatepass.lastStep(), { projectId: acme.id, detail: { hint: made.token.slice(-4) } })
    const next = await applicationToken(gatepass, acme)
    await revokeSecret(gatepass.rules, gatepass.actor, { slug: 'acme', secretId: next.id })
    t.equal(await refusedFor(next.token), 'secret_retired')
  })

  t.test('too many: 429 with Retry-After, for guesses and for tokens that nobody uses', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ outstandingCodesLimit: 2 })
    const { token } = await applicationToken(gatepass, acme)
    for (let made = 0; made < 2; made++) await loginToken(gatepass, acme, { token })
    const full = await loginToken(gatepass, acme, { token })
    t.match(full, { statusCode: 429, headers: { 'retry-after': '300' } })
    t.equal(full.json().type, 'too_many_requests')
    gatepass.clock.seconds(120)
    t.equal((await loginToken(gatepass, acme, { token })).statusCode, 429, 'they wait for five minutes')
    gatepass.clock.seconds(181)
    t.equal((await loginToken(gatepass, acme, { token })).statusCode, 201)
    for (let guess = 0; guess < 30; guess++) await loginToken(gatepass, acme, { token: `gpa_${guess}` })
    const held = await loginToken(gatepass, acme, { token: 'gpa_x' })
    t.match(held, { statusCode: 429, headers: { 'retry-after': /^\d+$/ } })
    t.equal((await loginToken(gatepass, acme, { token })).statusCode, 201, 'a good token is not held back')
  })
})

t.test('resists', async t => {
  t.test('an application token is good for its own project, at these doors alone', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const ours = await applicationToken(gatepass, acme)
    const theirs = await applicationToken(gatepass, other)
    t.same((await call(gatepass, theirs.token, 'get', { token_id: ours.id })).json().type, 'not_found')
    t.same((await call(gatepass, theirs.token, 'delete', { token_id: ours.id })).json().type, 'not_found')
    const jti = claimsOf((await loginToken(gatepass, acme, { token: ours.token })).json().access_token).jti
    t.same((await call(gatepass, theirs.token, 'delete', { token_id: jti })).json().type, 'not_found')
    t.equal((await call(gatepass, ours.token, 'list', {})).json().tokens.length, 1)
    const clientId = (await call(gatepass, ours.token, 'info', {})).json().user.id
    t.match(clientId, /^application_/)
    const authorization = basic(clientId, ours.token)
    t.equal((await gatepass.generate(acme, { headers: { authorization } })).statusCode, 401)
    const swap = { grant_type: 'authorization_code', code: await gatepass.code(acme) }
    t.equal((await gatepass.token(swap, { authorization })).statusCode, 401)
  })

  t.test('a code is of no use to `.delete`, and the audit log tells who ended a token', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { token } = await applicationToken(gatepass, acme)
    for (const token_id of ['', 'x', await gatepass.code(acme), acme.clientId])
      t.equal((await call(gatepass, token, 'delete', { token_id })).statusCode, 404)
    gatepass.clock.seconds(1)
    await call(gatepass, token, 'delete', {})
    const { entries } = await findAuditEntries(gatepass.database.read, { projects: 'all' })
    t.match(entries[0], {
      action: 'secret.revoke',
      actor: { name: `application token ...${token.slice(-4)}` },
    })
  })
})
