import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import t from 'tap'
import { rotateSigningKey } from '../../src/keys/rotate-key.ts'
import { unwrap, wrappingKey } from '../../src/keys/wrap.ts'
import { issuer, startApp, type TestApp } from '../start-app.ts'

type Json = Record<string, unknown>

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString())

async function accessToken(gatepass: TestApp, tokenValidity = 15): Promise<string> {
  const acme = await gatepass.project()
  return (await gatepass.swap(acme, await gatepass.code(acme, { tokenValidity }))).json().access_token
}

/** The server's own private key: what a thief would have, here to sign claims that the server never would. */
async function ownKey(gatepass: TestApp): Promise<KeyObject> {
  const row = await gatepass.database.read.selectFrom('signing_keys').selectAll().executeTakeFirstOrThrow()
  const der = unwrap(wrappingKey(gatepass.config.secret), row.kid, row.wrapped_private_key)
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

function signed(key: KeyObject, header: Json, claims: unknown): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

t.test('works', async t => {
  t.test('a token of a key that was rotated away is good until its time is over', async t => {
    const gatepass = await startApp(t)
    const token = await accessToken(gatepass, 1440)
    const wrapping = wrappingKey(gatepass.config.secret)
    const deps = { database: gatepass.database, wrapping }
    const rotation = { algorithm: 'ES256', atOnce: true } as const
    await rotateSigningKey(deps, gatepass.actor, rotation, gatepass.clock.now())
    gatepass.clock.advance(24 * 3_600_000 - 1)
    t.equal((await gatepass.userinfo(token)).statusCode, 200)
    gatepass.clock.advance(1)
    t.equal((await gatepass.userinfo(token)).statusCode, 401)
  })
})

t.test('resists', async t => {
  t.test('alg none, HS256 with our public key, and every other algorithm than that of the key', async t => {
    const gatepass = await startApp(t)
    const token = await accessToken(gatepass)
    const [header, claims, signature] = token.split('.') as [string, string, string]
    const jwk = (await gatepass.get(`${issuer}/.well-known/jwks.json`)).json().keys[0]
    const { publicKey } = await import('node:crypto').then(crypto => ({
      publicKey: crypto.createPublicKey({ key: jwk, format: 'jwk' }),
    }))
    const forged: string[] = []
    for (const alg of ['none', 'None', 'NONE', '', null, 'HS256', 'RS256', 'ES384', 'EdDSA', 'es256']) {
      const other = encode({ ...decode(header), alg })
      forged.push(`${other}.${claims}.`, `${other}.${claims}.${signature}`, `${other}.${claims}.AA`)
    }
    const hmacHeader = encode({ ...decode(header), alg: 'HS256' })
    const secrets = [
      JSON.stringify(jwk),
      publicKey.export({ format: 'pem', type: 'spki' }),
      publicKey.export({ format: 'der', type: 'spki' }),
    ]
    for (const secret of secrets) {
      const mac = createHmac('sha256', secret).update(`${hmacHeader}.${claims}`).digest('base64url')
      forged.push(`${hmacHeader}.${claims}.${mac}`)
    }
    for (const attempt of forged)
      t.equal((await gatepass.userinfo(attempt)).statusCode, 401, attempt.slice(0, 60))
    t.equal((await gatepass.userinfo(token)).statusCode, 200)
  })

  t.test('keys that come with the token: jwk, jku, x5u, x5c, and kid tricks', async t => {
    const gatepass = await startApp(t)
    const token = await accessToken(gatepass)
    const [header, claims] = token.split('.') as [string, string, string]
    const thief = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = thief.publicKey.export({ format: 'jwk' })
    const own = decode(header)
    const headers: Json[] = [
      { ...own },
      { ...own, jwk },
      { ...own, jwk, kid: undefined },
      { ...own, jku: 'http://127.0.0.1:1/jwks.json', kid: 'thief' },
      { ...own, x5u: 'http://127.0.0.1:1/cert', x5c: ['AA=='] },
      ...['', '../../dev/null', "' OR 1=1 --", 'constructor', '__proto__', '0', 'x'.repeat(5000)].map(
        kid => ({ ...own, kid }),
      ),
      ...[null, 5, {}, [own.kid]].map(kid => ({ ...own, kid })),
    ]
    for (const forged of headers) {
      const response = await gatepass.userinfo(signed(thief.privateKey, forged, decode(claims)))
      t.equal(response.statusCode, 401, JSON.stringify(forged).slice(0, 80))
    }
  })

  t.test('re-spelled tokens: padding, spare bits, white space, other alphabets', async t => {
    const gatepass = await startApp(t)
    const token = await accessToken(gatepass)
    const [header, claims, signature] = token.split('.') as [string, string, string]
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spare = (part: string) => part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)!) ^ 1]
    const spellings = [
      ...[`${token}=`, `${token}==`, `${token}.`, `.${token}`, `${token}.x`, `${token}%3D`],
      `${header}=.${claims}.${signature}`,
      `${header}.${claims}=.${signature}`,
      `${header}.${claims}.${spare(signature)}`,
      `${header}.${claims}.${signature}A`,
      `${header}.${claims}.${signature.slice(0, -1)}`,
      `${header}.${claims}.${signature}!`,
      `${header}.${claims}.${signature.slice(0, 20)}*${signature.slice(20)}`,
      `${header}..${signature}`,
      `..`,
      `${header}.${claims}`,
    ]
    const slashed = signature.replaceAll('-', '+').replaceAll('_', '/')
    if (slashed !== signature) spellings.push(`${header}.${claims}.${slashed}`)
    for (const spelling of spellings) {
      t.equal((await gatepass.userinfo(spelling)).statusCode, 401, spelling.slice(-40))
    }
    t.equal((await gatepass.userinfo(token)).statusCode, 200)
  })

  t.test('tokens with our own signature whose claims do not fit', async t => {
    const gatepass = await startApp(t)
    const token = await accessToken(gatepass)
    const [header, payload] = token
      .split('.')
      .slice(0, 2)
      .map(part => decode(part)) as [Json, Json]
    const key = await ownKey(gatepass)
    t.equal(
      (await gatepass.userinfo(signed(key, header, payload))).statusCode,
      200,
      'signed alike it is good',
    )
    const now = gatepass.clock.now() / 1000
    const claims: Json[] = [
      ...['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'sid'].map(name => ({ ...payload, [name]: undefined })),
      { ...payload, iss: 'http://evil.test' },
      { ...payload, iss: `${issuer}/` },
      { ...payload, aud: 'another' },
      { ...payload, aud: [issuer, 'another'] },
      { ...payload, exp: now },
      { ...payload, exp: String(now + 900) },
      { ...payload, exp: null },
      { ...payload, iat: now + 61 },
      { ...payload, sub: 'another reader' },
      { ...payload, sid: 'x' },
      { ...payload, sid: Buffer.alloc(32).toString('base64url') },
      { ...payload, jti: 5 },
    ]
    for (const wrong of claims) {
      const response = await gatepass.userinfo(signed(key, header, wrong))
      t.equal(response.statusCode, 401, JSON.stringify(wrong))
    }
    for (const typ of ['JWT', 'logout+jwt', 'AT+JWT', '', undefined]) {
      t.equal(
        (await gatepass.userinfo(signed(key, { ...header, typ }, payload))).statusCode,
        401,
        `typ ${typ}`,
      )
    }
    for (const alg of ['none', 'HS256', 'RS256', 'es256', undefined]) {
      t.equal(
        (await gatepass.userinfo(signed(key, { ...header, alg }, payload))).statusCode,
        401,
        `alg ${alg}`,
      )
    }
    t.equal((await gatepass.userinfo(signed(key, { ...header, crit: ['exp'] }, payload))).statusCode, 401)
    for (const odd of [null, [], 5, 'x']) {
      t.equal((await gatepass.userinfo(signed(key, header, odd))).statusCode, 401)
    }
  })

  t.test('a changed signature or changed claims', async t => {
    const gatepass = await startApp(t)
    const token = await accessToken(gatepass)
    const [header, claims, signature] = token.split('.') as [string, string, string]
    const raised = encode({ ...decode(claims), scope: 'admin' })
    t.equal((await gatepass.userinfo(`${header}.${raised}.${signature}`)).statusCode, 401)
    const bytes = Buffer.from(signature, 'base64url')
    bytes[10]! ^= 1
    t.equal((await gatepass.userinfo(`${header}.${claims}.${bytes.toString('base64url')}`)).statusCode, 401)
    t.equal(
      (await gatepass.userinfo(`${header}.${claims}.${Buffer.alloc(64).toString('base64url')}`)).statusCode,
      401,
    )
  })
})
