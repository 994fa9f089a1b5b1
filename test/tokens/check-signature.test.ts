import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import t from 'tap'
import type { SigningKey } from '../../src/keys/signing-key.ts'
import { checkSignature } from '../../src/tokens/check-signature.ts'

function newKey(): { key: SigningKey; token: (claims: string) => string } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { algorithm: 'ES256', publicKey: pair.publicKey } as SigningKey
  const seal = (input: string, by: KeyObject) =>
    sign('sha256', Buffer.from(input), { key: by, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  return { key, token: claims => `h.${claims}.${seal(`h.${claims}`, pair.privateKey)}` }
}

const check = (key: SigningKey, token: string) =>
  checkSignature(key, token, Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url'))

t.test('works', async t => {
  t.test('a token is good the first time and every time after', async t => {
    const { key, token } = newKey()
    const good = token('ada')
    t.same([check(key, good), check(key, good)], [true, true])
  })

  t.test('the second time costs a fraction of the first', async t => {
    const { key, token } = newKey()
    const good = token('ada')
    check(key, good)
    const time = (work: () => unknown) => {
      const began = process.hrtime.bigint()
      for (let i = 0; i < 2000; i++) work()
      return Number(process.hrtime.bigint() - began)
    }
    const signature = Buffer.from(good.split('.')[2]!, 'base64url')
    const how = { key: key.publicKey, dsaEncoding: 'ieee-p1363' } as const
    const again = time(() => check(key, good))
    const anew = time(() => verify('sha256', Buffer.from('h.ada'), how, signature))
    t.ok(again < anew / 2, `${again} ns against ${anew} ns`)
  })
})

t.test('resists', async t => {
  t.test('what a key has signed is not taken for the work of another key', async t => {
    const [ours, theirs] = [newKey(), newKey()]
    const good = ours.token('ada')
    check(ours.key, good)
    t.notOk(check(theirs.key, good))
  })

  t.test('a good signature vouches for its own bytes alone, also after it was seen', async t => {
    const { key, token } = newKey()
    const good = token('ada')
    check(key, good)
    const signature = good.slice(good.lastIndexOf('.'))
    t.notOk(check(key, `h.eve${signature}`))
    t.notOk(check(key, `${good.slice(0, -4)}AAAA`))
  })

  t.test('a signature that was refused is refused again', async t => {
    const [ours, theirs] = [newKey(), newKey()]
    const foreign = theirs.token('eve')
    t.same([check(ours.key, foreign), check(ours.key, foreign)], [false, false])
  })
})
