import t from 'tap'
import { unwrap, wrap, wrappingKey } from '../../src/keys/wrap.ts'

const key = wrappingKey('a secret of at least 32 characters!')
const plain = Buffer.from('a private key')

t.test('works', async t => {
  t.test('what was wrapped comes back, and is never wrapped twice alike', async t => {
    const [one, two] = [wrap(key, 'kid', plain), wrap(key, 'kid', plain)]
    t.ok(unwrap(key, 'kid', one).equals(plain))
    t.ok(unwrap(key, 'kid', two).equals(plain))
    t.notOk(one.equals(two))
    t.notOk(one.includes(plain))
  })
})

t.test('resists', async t => {
  t.test('another key, another name, a changed byte, a cut end', async t => {
    const wrapped = wrap(key, 'kid', plain)
    t.throws(() => unwrap(wrappingKey('another secret of 32 characters !!!'), 'kid', wrapped))
    t.throws(() => unwrap(key, 'another kid', wrapped))
    for (let index = 0; index < wrapped.length; index++) {
      const changed = Buffer.from(wrapped)
      changed[index]! ^= 1
      t.throws(() => unwrap(key, 'kid', changed), `byte ${index}`)
    }
    for (const length of [0, 5, 12, 28, wrapped.length - 1]) {
      t.throws(() => unwrap(key, 'kid', wrapped.subarray(0, length)), `${length} bytes`)
    }
  })
})
