// The JWKS as caches see it.
import t from 'tap'
import { PUBLISHED_BEFORE_SIGNING } from '../../src/keys/key-schedule.ts'
import { rotateSigningKey } from '../../src/keys/rotate-key.ts'
import { issuer, startApp } from '../start-app.ts'
import { keyDeps, kids } from './key-deps.ts'

const url = `${issuer}/.well-known/jwks.json`

t.test('it may be kept for five minutes by anybody, which is less than a new key waits', async t => {
  const app = await startApp(t)
  const { headers } = await app.get(url)
  t.equal(headers['cache-control'], 'public, max-age=300')
  t.ok(PUBLISHED_BEFORE_SIGNING > 300_000)
})

t.test('it shows public halves alone', async t => {
  const app = await startApp(t)
  for (const algorithm of ['EdDSA', 'RS256'] as const) {
    await rotateSigningKey(keyDeps(app), app.actor, { algorithm, atOnce: false }, app.clock.now())
  }
  const keys: Record<string, unknown>[] = (await app.get(url)).json().keys
  t.strictSame(keys.map(key => key.alg).sort(), ['ES256', 'EdDSA', 'RS256'])
  for (const key of keys) {
    t.equal(key.use, 'sig')
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) t.notOk(secret in key)
  }
})

t.test('whoever has it already is told so without a body, until a key is published', async t => {
  const app = await startApp(t)
  const etag = String((await app.get(url)).headers.etag)
  t.match(etag, /^"[\w-]+"$/)
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await app.get(url, { 'if-none-match': known })
    t.equal(answer.statusCode, 304, known)
    t.equal(answer.body, '')
    t.equal(answer.headers.etag, etag)
    t.equal(answer.headers['cache-control'], 'public, max-age=300')
  }
  t.equal((await app.get(url, { 'if-none-match': '"other"' })).statusCode, 200)

  await rotateSigningKey(keyDeps(app), app.actor, { algorithm: 'ES256', atOnce: false }, app.clock.now())
  const answer = await app.get(url, { 'if-none-match': etag })
  t.equal(answer.statusCode, 200)
  t.not(answer.headers.etag, etag)
  t.equal((await kids(app)).length, 2)
})
