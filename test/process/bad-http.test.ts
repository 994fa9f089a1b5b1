// What is hardly HTTP, too large or too slow: each is answered or cut off, and the next request is served as before.
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { startApp } from '../start-app.ts'
import { openRawConnection } from './raw-connection.ts'

const patience = 400
const { config, database, clock } = await startApp(t)
const app = await buildApp({ config, database, clock, logger: pino({ level: 'silent' }), patience })
await app.listen({ host: '127.0.0.1', port: 0 })
t.teardown(() => app.close())
const { port } = app.server.address() as AddressInfo

// A door that reads its body before it asks for credentials.
const post =
  'POST /oauth/userinfo HTTP/1.1\r\nHost: id.test\r\nContent-Type: application/x-www-form-urlencoded\r\n'

/** Sends `text` and returns all that comes back until the server ends the connection. */
async function answerTo(text: string): Promise<string> {
  const connection = await openRawConnection(port)
  connection.write(text)
  return await connection.ended()
}

async function servesAsBefore(t: Test): Promise<void> {
  const answer = await answerTo('GET /healthz HTTP/1.1\r\nHost: id.test\r\nConnection: close\r\n\r\n')
  t.match(answer, /^HTTP\/1\.1 200 /, 'and the next request is served as before')
}

t.test('what cannot be read as HTTP is a 400', async t => {
  const unreadable = {
    'not HTTP at all': '\u0016\u0003\u0001\u0002\u0000 hello\r\n\r\n',
    'another protocol': 'SSH-2.0-OpenSSH_9.6\r\n\r\n',
    'an unknown version': 'GET / HTTP/9.9\r\nHost: id.test\r\n\r\n',
    'no Host': 'GET / HTTP/1.1\r\n\r\n',
    'a header without a colon': 'GET / HTTP/1.1\r\nHost: id.test\r\nnonsense\r\n\r\n',
    'a NUL in a header': 'GET / HTTP/1.1\r\nHost: id.test\r\nx: a\u0000b\r\n\r\n',
    'a space before the colon': 'GET / HTTP/1.1\r\nHost: id.test\r\nx : a\r\n\r\n',
    'two lengths': `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    'a length that is none': `${post}Content-Length: -1\r\n\r\n{}`,
    'a length and chunks (RFC 9112, section 6.1)': `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'chunks whose size is none': `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
    'two hosts': 'GET / HTTP/1.1\r\nHost: id.test\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
  }
  for (const [name, text] of Object.entries(unreadable)) {
    t.match(await answerTo(text), /^HTTP\/1\.1 400 Bad Request\r\n/, name)
  }
  const [head, body] = (await answerTo('nonsense\r\n\r\n')).split('\r\n\r\n')
  const { error, trace_id } = JSON.parse(body!)
  t.equal(error, 'invalid_request')
  t.match(head, `x-trace-id: ${trace_id}`)
  await servesAsBefore(t)
})

t.test('headers over 16 KiB are a 431', async t => {
  const many = Array.from({ length: 400 }, (_, index) => `x-${index}: ${'a'.repeat(40)}\r\n`).join('')
  for (const headers of [`x: ${'a'.repeat(20_000)}\r\n`, many, `Cookie: ${'a=b; '.repeat(5_000)}\r\n`]) {
    const answer = await answerTo(`GET / HTTP/1.1\r\nHost: id.test\r\n${headers}\r\n`)
    t.match(answer, /^HTTP\/1\.1 431 /)
    t.match(answer, '"error":"headers_too_large"')
  }
  t.match(await answerTo(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: id.test\r\n\r\n`), /^HTTP\/1\.1 431 /)
  await servesAsBefore(t)
})

t.test('a body over 64 KiB is a 413, however it is announced', async t => {
  const length = 64 * 1024 + 1
  const announced = await answerTo(`${post}Connection: close\r\nContent-Length: ${length}\r\n\r\n{`)
  t.match(announced, /^HTTP\/1\.1 413 /, 'before it is sent')
  const chunk = `${(16_384).toString(16)}\r\n${' '.repeat(16_384)}\r\n`
  const inChunks = `${post}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`
  t.match(await answerTo(inChunks), /^HTTP\/1\.1 413 /)
  await servesAsBefore(t)
})

t.test('whoever sends too slowly is cut off with a 408', async t => {
  const started = performance.now()
  const slow = [
    'GET /healthz HT',
    `GET / HTTP/1.1\r\nHost: id.test\r\n`,
    `${post}Content-Length: 100\r\n\r\nacc`,
  ]
  const answers = await Promise.all(slow.map(answerTo))
  for (const answer of answers) t.match(answer, /^HTTP\/1\.1 408 /)
  const took = performance.now() - started
  t.ok(took > patience * 0.9 && took < 10_000, 'when the patience is over')
  await servesAsBefore(t)
})
