// The client kit against a server of ours, as the API of somebody else uses it.
import { generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import { createVerifier, TokenError, type TokenProblem } from '../../src/client/verifier.ts'
import { issuer, startApp } from '../start-app.ts'

/** A `fetch` that reaches the app without a socket, and counts. */
async function start(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  // The kit checks times by the machine's clock.
  gatepass.clock.advance(Date.now() - gatepass.clock.now())
  const acme = await gatepass.project()
  const asked: string[] = []
  const reach = (async url => {
    asked.push(String(url))
    const { body, statusCode } = await gatepass.get(String(url))
    return new Response(body, { status: statusCode })
  }) as typeof fetch
  const tokens = (await gatepass.swap(acme, await gatepass.code(acme))).json()
  return { gatepass, acme, asked, reach, tokens }
}

async function problemOf(work: Promise<unknown>): Promise<TokenProblem | undefined> {
  const error = await work.then(
    () => undefined,
    error => error,
  )
  if (error && !(error instanceof TokenError)) throw error
  return error?.problem
}

t.test('works', async t => {
  t.test('an access token, with the keys asked for once', async t => {
    const { acme, asked, reach, tokens } = await start(t)
    const { verifyToken } = createVerifier({ issuer, audience: issuer, fetch: reach })
    const claims = await Promise.all([1, 2, 3].map(() => verifyToken(tokens.access_token)))
    t.match(claims[0], { iss: issuer, client_id: acme.siteClientId, scope: /openid/ })
    t.same(asked, [`${issuer}/.well-known/jwks.json`])
  })

  t.test('an ID token, where it is said that those are wanted', async t => {
    const { acme, reach, tokens } = await start(t)
    const { verifyToken } = createVerifier({ issuer, audience: acme.siteClientId, typ: 'JWT', fetch: reach })
    t.match(await verifyToken(tokens.id_token), { email: 'ada@example.com' })
  })

  t.test('all three algorithms', async t => {
    const { gatepass, reach } = await start(t)
    for (const signingAlgorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
      const project = await gatepass.project({ slug: signingAlgorithm.toLowerCase(), signingAlgorithm })
      const { access_token: token } = (await gatepass.swap(project, await gatepass.code(project))).json()
      const { verifyToken } = createVerifier({ issuer, audience: issuer, fetch: reach })
      t.ok((await verifyToken(token)).sub, signingAlgorithm)
    }
  })
})

t.test('refuses, and says which is wrong', async t => {
  const { gatepass, acme, reach, tokens } = await start(t)
  const access = { issuer, audience: issuer, fetch: reach }
  const { access_token: token, id_token: idToken } = tokens
  const [header, claims, signature] = token.split('.')
  const { privateKey } = await generateKeyPair('ES256')
  const forged = (kid: string) =>
    new SignJWT(JSON.parse(Buffer.from(claims, 'base64url').toString()))
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .sign(privateKey)
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid })).toString('base64url')
  const cases: [name: string, options: Parameters<typeof createVerifier>[0], token: string, TokenProblem][] =
    [
      ['nothing', access, '', 'malformed'],
      ['something else', access, 'a.b.c', 'malformed'],
      ['a token that is too long', access, `${token}${'A'.repeat(9000)}`, 'malformed'],
      ['no signature', access, `${none}.${claims}.`, 'malformed'],
      ['an ID token in the place of an access token', access, idToken, 'wrong_type'],
      ['the reverse', { ...access, typ: 'JWT' }, token, 'wrong_type'],
      ['another audience', { ...access, audience: 'https://other.test' }, token, 'wrong_audience'],
      [
        'an ID token for another client',
        { ...access, audience: 'other', typ: 'JWT' },
        idToken,
        'wrong_audience',
      ],
      ['another project', { ...access, clientIds: ['site_other'] }, token, 'wrong_client'],
      ['another key under the same name', access, await forged(kid), 'wrong_signature'],
      ['a key that nobody knows', access, await forged('nobody'), 'wrong_signature'],
      ['changed claims', access, `${header}.${claims.slice(0, -2)}AA.${signature}`, 'wrong_signature'],
    ]
  for (const [name, options, presented, problem] of cases)
    t.equal(await problemOf(createVerifier(options).verifyToken(presented)), problem, name)
  t.equal(
    await problemOf(createVerifier({ ...access, clientIds: [acme.siteClientId] }).verifyToken(token)),
    undefined,
  )

  gatepass.clock.advance(-3_600_000)
  const old = (await gatepass.swap(acme, await gatepass.code(acme))).json()
  t.equal(await problemOf(createVerifier(access).verifyToken(old.access_token)), 'expired')

  const elsewhere = { ...access, issuer: 'http://other.test' }
  const lying = {
    ...elsewhere,
    fetch: (async () => reach(`${issuer}/.well-known/jwks.json`)) as typeof fetch,
  }
  t.equal(await problemOf(createVerifier(lying).verifyToken(token)), 'wrong_issuer')
})

t.test('resists', async t => {
  t.test('keys that cannot be had: down, too large, something else, redirected', async t => {
    const { tokens } = await start(t)
    const answers: (() => Response | Promise<Response>)[] = [
      () => Promise.reject(new TypeError('fetch failed')),
      () => new Response('x', { status: 500 }),
      () => new Response('x'.repeat(10 * 1024 * 1024)),
      () => new Response('<html>'),
      () => new Response(JSON.stringify({ keys: Array.from({ length: 101 }, () => ({ kty: 'RSA' })) })),
    ]
    for (const answer of answers) {
      const { verifyToken } = createVerifier({
        issuer,
        audience: issuer,
        fetch: (async () => answer()) as typeof fetch,
      })
      t.equal(await problemOf(verifyToken(tokens.access_token)), 'keys_unavailable')
    }
    let options: RequestInit | undefined
    const spy = (async (_, given) => {
      options = given
      return new Response('{"keys":[]}')
    }) as typeof fetch
    await problemOf(createVerifier({ issuer, audience: issuer, fetch: spy }).verifyToken(tokens.access_token))
    t.equal(options?.redirect, 'error')
    t.ok(options?.signal, 'with a time limit')
  })

  t.test('a shared secret among the keys', async t => {
    const { tokens } = await start(t)
    const kid = JSON.parse(Buffer.from(tokens.access_token.split('.')[0], 'base64url').toString()).kid
    const oct = { kty: 'oct', kid, k: Buffer.from('guess').toString('base64url') }
    const reach = (async () => new Response(JSON.stringify({ keys: [oct] }))) as typeof fetch
    const { verifyToken } = createVerifier({ issuer, audience: issuer, fetch: reach })
    t.equal(await problemOf(verifyToken(tokens.access_token)), 'wrong_signature')
  })

  t.test('made-up key IDs: nobody is asked again for a while', async t => {
    const { asked, reach, tokens } = await start(t)
    const { verifyToken } = createVerifier({ issuer, audience: issuer, fetch: reach })
    await verifyToken(tokens.access_token)
    const encode = (kid: string) =>
      Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid })).toString('base64url')
    for (let n = 0; n < 20; n++) await problemOf(verifyToken(`${encode(`made-up-${n}`)}.e30.AAAA`))
    t.equal(asked.length, 1)
    t.ok(await verifyToken(tokens.access_token))
  })
})
