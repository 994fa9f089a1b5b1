import { createHash } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t, { type Test } from 'tap'
import { createRegistry } from '../../src/projects/registry.ts'
import { revokeSecret, rotateSecret } from '../../src/projects/rotate-secret.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { basic, issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'

const verifier = 'v'.repeat(43)
const bound = {
  codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
  codeChallengeMethod: 'S256',
}

/** An error of RFC 6749, section 5.2, that nobody caches; and the true reason, where one belongs into the attempt. */
async function refused(
  t: Test,
  gatepass: TestApp,
  response: LightMyRequestResponse,
  [status, error]: [number, string],
  reason?: string,
): Promise<void> {
  t.equal(response.statusCode, status, response.body)
  const body = response.json()
  t.equal(body.error, error)
  t.type(body.error_description, 'string')
  t.equal(body.trace_id, response.headers['x-trace-id'])
  t.equal(response.headers['cache-control'], 'no-store')
  t.notOk('access_token' in body || 'id_token' in body)
  if (status === 401) t.match(response.headers['www-authenticate'], /^Basic /)
  if (reason) t.equal((await gatepass.attempt(body.trace_id)).at(-1)?.reason, reason)
}

const site = (project: TestProject) => basic(project.siteClientId, project.siteClientSecret)
const grant = (code: string) => ({ grant_type: 'authorization_code', code })

async function firstSecret(gatepass: TestApp, clientId: string): Promise<string> {
  const registry = createRegistry(gatepass.database.read)
  await registry.refresh()
  return registry.client(clientId)!.secrets[0]!.id
}

t.test('works', async t => {
  for (const signingAlgorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
    t.test(
      `tokens signed with ${signingAlgorithm} hold what the contract names, checked by jose`,
      async t => {
        const gatepass = await startApp(t)
        const acme = await gatepass.project({ signingAlgorithm })
        await gatepass.group(acme, 'staff')
        const code = await gatepass.code(acme, { readerGroupIds: ['staff'], tokenValidity: 30 })
        const response = await gatepass.swap(acme, code)
        t.equal(response.statusCode, 200)
        t.equal(response.headers['cache-control'], 'no-store')
        const { access_token: access, id_token: id, ...rest } = response.json()
        t.same(rest, { token_type: 'Bearer', expires_in: 1800, scope: 'openid profile email groups' })

        const keys = createLocalJWKSet((await gatepass.get(`${issuer}/.well-known/jwks.json`)).json())
        const now = gatepass.clock.now() / 1000
        const common = { algorithms: [signingAlgorithm], issuer, currentDate: new Date(gatepass.clock.now()) }
        const checkedId = await jwtVerify(id, keys, { ...common, audience: acme.siteClientId, typ: 'JWT' })
        const checkedAccess = await jwtVerify(access, keys, { ...common, audience: issuer, typ: 'at+jwt' })
        t.equal(checkedId.protectedHeader.kid, checkedAccess.protectedHeader.kid)
        t.same(Object.keys(decodeProtectedHeader(id)).sort(), ['alg', 'kid', 'typ'])

        const { sub, sid, jti, ...claims } = checkedId.payload
        t.same(claims, {
          ...{ iss: issuer, aud: acme.siteClientId, iat: now, exp: now + 1800, auth_time: now },
          ...{ name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace' },
          ...{ preferred_username: 'ada', email: 'ada@example.com', groups: ['staff'] },
        })
        const { jti: accessJti, ...accessClaims } = checkedAccess.payload
        t.same(accessClaims, {
          ...{ iss: issuer, aud: issuer, iat: now, exp: now + 1800, auth_time: now, sub, sid },
          ...{ client_id: acme.siteClientId, scope: 'openid profile email groups' },
        })
        t.not(jti, accessJti)

        const reader = await gatepass.userinfo(access)
        t.equal(reader.statusCode, 200)
        t.match(reader.json(), { sub, email: 'ada@example.com', groups: ['staff'] })
      },
    )
  }

  t.test('clients authenticate in the header or in the form', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const post = { client_id: acme.siteClientId, client_secret: acme.siteClientSecret }
    t.equal((await gatepass.token({ ...grant(await gatepass.code(acme)), ...post })).statusCode, 200)
    const headers = { authorization: site(acme) }
    const both = { ...grant(await gatepass.code(acme)), client_id: acme.siteClientId }
    t.equal((await gatepass.token(both, headers)).statusCode, 200, 'the same client_id beside the header')
    const typed = { ...headers, 'content-type': 'Application/X-WWW-Form-URLencoded; charset=UTF-8' }
    t.equal((await gatepass.token(grant(await gatepass.code(acme)), typed)).statusCode, 200)
  })

  t.test('redirect_uri may be the callback URL or one that the project allows', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ allowedRedirects: ['https://kb.test/cb?x=1'] })
    for (const redirect_uri of ['http://acme.test/jwt/authorize', 'https://kb.test/cb?x=1']) {
      t.equal((await gatepass.swap(acme, await gatepass.code(acme), { redirect_uri })).statusCode, 200)
    }
  })

  t.test('a bound code is swapped with its verifier', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme, bound)
    t.equal((await gatepass.swap(acme, code, { code_verifier: verifier })).statusCode, 200)
  })

  t.test('a secret in its grace period works, and codes made with it too', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const input = { slug: acme.slug, label: 'second', grace: 60_000 }
    await rotateSecret(gatepass.rules, gatepass.actor, { ...input, kind: 'login' })
    const { clientSecret } = await rotateSecret(gatepass.rules, gatepass.actor, { ...input, kind: 'site' })
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
    const anew = { ...acme, siteClientSecret: clientSecret }
    t.equal((await gatepass.swap(anew, await gatepass.code(acme))).statusCode, 200)
    const last = await gatepass.code(acme)
    gatepass.clock.seconds(60)
    await refused(t, gatepass, await gatepass.swap(acme, last), [401, 'invalid_client'], 'secret_retired')
    t.equal((await gatepass.push(acme)).statusCode, 401)
  })
})

t.test('refuses', async t => {
  t.test('requests that miss a parameter, or name another grant', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const headers = { authorization: site(acme) }
    const code = await gatepass.code(acme)
    const wrong: [Record<string, string>, string][] = [
      [{}, 'invalid_request'],
      [{ code }, 'invalid_request'],
      [{ grant_type: '', code }, 'invalid_request'],
      [{ grant_type: 'authorization_code' }, 'invalid_request'],
      [{ grant_type: 'authorization_code', code: '' }, 'invalid_request'],
      [{ grant_type: 'password', username: 'ada', password: 'x' }, 'unsupported_grant_type'],
      [{ grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
      [{ grant_type: 'client_credentials' }, 'unsupported_grant_type'],
      [{ grant_type: 'AUTHORIZATION_CODE', code }, 'unsupported_grant_type'],
    ]
    for (const [form, error] of wrong)
      await refused(t, gatepass, await gatepass.token(form, headers), [400, error])
    t.equal((await gatepass.swap(acme, code)).statusCode, 200, 'none of it spent the code')
  })

  t.test('repeated parameters (RFC 6749, 3.2), whichever', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const headers = { authorization: site(acme) }
    const code = await gatepass.code(acme)
    const form = `grant_type=authorization_code&code=${code}`
    for (const more of [`&code=${code}`, '&grant_type=authorization_code', '&x=1&x=2', '&%63ode=x']) {
      await refused(t, gatepass, await gatepass.token(form + more, headers), [400, 'invalid_request'])
    }
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
  })

  t.test('bodies that are no form: JSON, text, nothing', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const authorization = site(acme)
    const bodies = [
      JSON.stringify(grant(code)),
      '{"client_id":5,"client_secret":6}',
      '{"grant_type":"authorization_code","code":["x"],"redirect_uri":{}}',
      'null',
      '[]',
    ]
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
      for (const body of bodies) {
        for (const auth of [{ authorization }, {}]) {
          const response = await gatepass.token(body, { ...auth, 'content-type': type } as Record<
            string,
            string
          >)
          t.ok([400, 415].includes(response.statusCode), `${type} ${body}: ${response.statusCode}`)
        }
      }
    }
    const empty = await gatepass.app.inject({
      method: 'POST',
      url: `${issuer}/oauth/token`,
      headers: { authorization },
    })
    t.equal(empty.statusCode, 400)
    const huge = await gatepass.token(`grant_type=authorization_code&code=${'x'.repeat(70_000)}`, {
      authorization,
    })
    t.equal(huge.statusCode, 413)
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
  })

  t.test('other methods', async t => {
    const gatepass = await startApp(t)
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'] as const) {
      const response = await gatepass.app.inject({ method, url: `${issuer}/oauth/token` })
      t.equal(response.statusCode, 405)
      t.equal(response.headers.allow, 'POST')
    }
  })

  t.test('clients in every wrong form, before anything of the code is looked at', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const code = await gatepass.code(acme)
    const wrong: [Record<string, string>, Record<string, string>, string][] = [
      [{}, {}, 'credentials_missing'],
      [{ authorization: 'Bearer x' }, {}, 'credentials_missing'],
      [{}, { client_id: acme.siteClientId }, 'credentials_missing'],
      [{}, { client_id: acme.siteClientId, client_secret: '' }, 'credentials_missing'],
      [{}, { client_id: '__proto__', client_secret: 'x' }, 'client_unknown'],
      [{}, { client_id: acme.siteClientId, client_secret: other.siteClientSecret }, 'secret_wrong'],
      [{ authorization: basic(acme.siteClientId, 'gps_x') }, {}, 'secret_wrong'],
      [{ authorization: basic(acme.clientId, acme.clientSecret) }, {}, 'client_wrong_kind'],
    ]
    for (const [headers, form, reason] of wrong) {
      const response = await gatepass.token({ ...grant(code), ...form }, headers)
      await refused(t, gatepass, response, [401, 'invalid_client'], reason)
    }
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
  })

  t.test('credentials in two places, or two client IDs', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const code = await gatepass.code(acme)
    const headers = { authorization: site(acme) }
    const twice = { ...grant(code), client_id: acme.siteClientId, client_secret: acme.siteClientSecret }
    await refused(t, gatepass, await gatepass.token(twice, headers), [400, 'invalid_request'])
    const mixed = { ...grant(code), client_id: other.siteClientId }
    await refused(t, gatepass, await gatepass.token(mixed, headers), [400, 'invalid_request'])
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
  })

  t.test('codes that are none, expired, used or of another project: one answer', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const [expired, foreign] = [await gatepass.code(acme), await gatepass.code(other)]
    gatepass.clock.seconds(30)
    const [used, foreignGood] = [await gatepass.code(acme), await gatepass.code(other)]
    await gatepass.swap(acme, used)
    gatepass.clock.seconds(30)
    const answers = new Set<string>()
    const codes: [string, string][] = [
      ['x', 'code_malformed'],
      ['A'.repeat(43), 'code_unknown'],
      [expired, 'code_expired'],
      [foreign, 'code_other_project'],
      [foreignGood, 'code_other_project'],
      [used, 'code_used'],
    ]
    for (const [code, reason] of codes) {
      const response = await gatepass.swap(acme, code)
      await refused(t, gatepass, response, [400, 'invalid_grant'], reason)
      const { trace_id: _, ...answer } = response.json()
      answers.add(JSON.stringify(answer))
    }
    t.equal(answers.size, 1)
    t.equal((await gatepass.swap(other, foreignGood)).statusCode, 200)
  })

  t.test('a redirect_uri that is not one of the project, code unspent', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const wrong = [
      ...['https://evil.test/', 'http://acme.test/jwt/authorize/', 'http://acme.test/JWT/authorize'],
      ...['http://acme.test/jwt/authorize?x=1', 'http://acme.test:80/jwt/authorize', 'x'],
    ]
    for (const redirect_uri of wrong) {
      const response = await gatepass.swap(acme, code, { redirect_uri })
      await refused(t, gatepass, response, [400, 'invalid_grant'], 'redirect_not_allowed')
    }
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
  })
})

t.test('resists', async t => {
  t.test('burning somebody’s code: a wrong client never spends it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const code = await gatepass.code(acme)
    t.equal((await gatepass.swap(other, code)).statusCode, 400)
    t.equal(
      (await gatepass.token(grant(code), { authorization: basic(acme.siteClientId, 'x') })).statusCode,
      401,
    )
    const login = { authorization: basic(acme.clientId, acme.clientSecret) }
    t.equal((await gatepass.token(grant(code), login)).statusCode, 401)
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
  })

  t.test(
    'a hundred swaps of one code at once: one 200, the rest 400, and what it opened is revoked',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const code = await gatepass.code(acme)
      const answers = await Promise.all(Array.from({ length: 100 }, () => gatepass.swap(acme, code)))
      const winners = answers.filter(answer => answer.statusCode === 200)
      t.equal(winners.length, 1)
      t.ok(answers.every(answer => answer.statusCode === 200 || answer.json().error === 'invalid_grant'))
      t.equal(await gatepass.count('sessions'), 1)
      t.equal((await gatepass.userinfo(winners[0]!.json().access_token)).statusCode, 401)
    },
  )

  t.test('a replay kills what was issued: userinfo says 401 from then on', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const { access_token: token } = (await gatepass.swap(acme, code)).json()
    t.equal((await gatepass.userinfo(token)).statusCode, 200)
    const replay = await gatepass.swap(acme, code)
    await refused(t, gatepass, replay, [400, 'invalid_grant'], 'code_used')
    t.equal((await gatepass.attempt(replay.json().trace_id)).at(-1)!.detail.sessionRevoked, true)
    t.equal((await gatepass.userinfo(token)).statusCode, 401)
  })

  t.test('a code with a challenge is worth nothing without its verifier, and stays unspent', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme, bound)
    const swap = (more: Record<string, string>) => gatepass.swap(acme, code, more)
    await refused(t, gatepass, await swap({}), [400, 'invalid_grant'], 'verifier_missing')
    await refused(t, gatepass, await swap({ code_verifier: '' }), [400, 'invalid_grant'], 'verifier_missing')
    for (const wrong of ['w'.repeat(43), bound.codeChallenge, `${verifier}=`]) {
      await refused(
        t,
        gatepass,
        await swap({ code_verifier: wrong }),
        [400, 'invalid_grant'],
        'verifier_wrong',
      )
    }
    t.equal((await swap({ code_verifier: verifier })).statusCode, 200)
  })

  t.test('a verifier for a code without challenge: somebody stripped it (RFC 9700, 2.1.1)', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const response = await gatepass.swap(acme, code, { code_verifier: verifier })
    await refused(t, gatepass, response, [400, 'invalid_grant'], 'verifier_unexpected')
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
  })

  t.test('things that changed after the code was made: JWT off, secret revoked, reader blocked', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { rules, actor } = gatepass
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    const reader = 'ada@example.com'

    const off = await gatepass.code(acme)
    await updateProject(rules, actor, acme.slug, { jwtEnabled: false })
    await refused(t, gatepass, await gatepass.swap(acme, off), [400, 'invalid_grant'], 'jwt_off')
    await updateProject(rules, actor, acme.slug, { jwtEnabled: true })
    t.equal((await gatepass.swap(acme, off)).statusCode, 200, 'a code that was refused is not spent')

    const blocked = await gatepass.code(acme)
    await setReaderBlocked(rules, actor, { project, reader, blocked: true })
    await refused(t, gatepass, await gatepass.swap(acme, blocked), [400, 'invalid_grant'], 'reader_blocked')
    await setReaderBlocked(rules, actor, { project, reader, blocked: false })

    const revoked = await gatepass.code(acme)
    await revokeSecret(rules, actor, {
      slug: acme.slug,
      secretId: await firstSecret(gatepass, acme.clientId),
    })
    await refused(
      t,
      gatepass,
      await gatepass.swap(acme, revoked),
      [400, 'invalid_grant'],
      'secret_revoked_since',
    )

    await revokeSecret(rules, actor, {
      slug: acme.slug,
      secretId: await firstSecret(gatepass, acme.siteClientId),
    })
    await refused(t, gatepass, await gatepass.swap(acme, revoked), [401, 'invalid_client'], 'secret_retired')
  })

  t.test('guessing site secrets: 429 for who guesses, 200 for the good client elsewhere', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    let last: LightMyRequestResponse | undefined
    for (let guess = 0; guess <= 30; guess++) {
      const headers = { authorization: basic(acme.siteClientId, `gps_${guess}`) }
      last = await gatepass.token(grant('x'), headers)
    }
    t.equal(last!.statusCode, 429)
    t.match(last!.headers['retry-after'], /^\d+$/)
    const good = await gatepass.app.inject({
      method: 'POST',
      url: `${issuer}/oauth/token`,
      remoteAddress: '192.0.2.7',
      headers: { authorization: site(acme), 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(grant(await gatepass.code(acme))).toString(),
    })
    t.equal(good.statusCode, 200)
  })
})
