import { createPrivateKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { test } from 'tap'
import { asDer, concatenated } from '../../src/platform/ecdsa-signature.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const jose = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' }) as const

test('signatures of OpenSSL are JOSE signatures after translation, and back', async t => {
  const widths = new Set<number>()
  // One in 128 has a number with a leading zero byte, half of them one that needs a zero in DER.
  for (let index = 0; index < 2_000; index++) {
    const data = Buffer.from(`message ${index}`)
    const der = sign('sha256', data, privateKey)
    widths.add(der.length)
    const signature = concatenated(der)
    if (signature.length !== 64 || !asDer(signature)?.equals(der)) t.fail(der.toString('hex'))
    if (index % 20 === 0 || der.length < 70) t.ok(verify('sha256', data, jose(publicKey), signature))
  }
  t.ok(widths.size >= 4, `DER of ${[...widths].sort()} bytes`)
})

test('numbers of every width', async t => {
  const bytes = (hex: string) => Buffer.from(hex.padStart(64, '0'), 'hex')
  for (const [r, s] of [
    ['01', '7f'],
    ['80', 'ff'],
    ['0100', 'ff00'],
    ['7f'.repeat(32), '80'.repeat(32)],
    ['00', 'ff'.repeat(32)],
  ] as const) {
    const signature = Buffer.concat([bytes(r), bytes(s)])
    t.same(concatenated(asDer(signature)!), signature, `${r} ${s}`)
  }
})

test('the same key signs for both', async t => {
  const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const signature = sign('sha256', Buffer.from('a'), jose(key))
  t.ok(verify('sha256', Buffer.from('a'), publicKey, asDer(signature)!))
  t.notOk(verify('sha256', Buffer.from('b'), publicKey, asDer(signature)!))
  t.equal(asDer(signature.subarray(1)), undefined, 'of another length: no signature')
  t.equal(asDer(Buffer.alloc(0)), undefined)
})
