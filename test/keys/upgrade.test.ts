// Keys of a database from before the schedule go on signing.
import t from 'tap'
import * as foundation from '../../migrations/0001-foundation.ts'
import * as keySchedule from '../../migrations/0003-key-schedule.ts'
import { openDatabase } from '../../src/db/database.ts'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import { rotateKeysWhenDue } from '../../src/keys/rotate-when-due.ts'
import { generateSigningKey } from '../../src/keys/signing-key.ts'
import { wrap } from '../../src/keys/wrap.ts'
import { newHome } from '../start-server.ts'
import { TestClock } from '../test-clock.ts'
import { day, hour } from './key-deps.ts'

t.test(
  'a key that signed before the upgrade signs after it, and one that retired is still published',
  async t => {
    const home = newHome()
    const database = openDatabase(home.database)
    t.teardown(async () => {
      await database.close()
      home.remove()
    })
    const clock = new TestClock()
    const wrapping = Buffer.alloc(32, 7)
    const now = clock.now()

    await database.write(foundation.up)
    const insert = async (createdAt: number, retiredAt: number | null) => {
      const made = await generateSigningKey('ES256')
      const row = {
        kid: made.kid,
        algorithm: made.algorithm,
        public_jwk: JSON.stringify(made.publicJwk),
        wrapped_private_key: wrap(wrapping, made.kid, made.privateKey),
        created_at: createdAt,
        retired_at: retiredAt,
      }
      // The row as it was, without what the schedule added.
      await database.write(tx =>
        tx
          .insertInto('signing_keys')
          .values(row as never)
          .execute(),
      )
      return made.kid
    }
    await insert(now - 9 * day, now - 3 * day)
    const retired = await insert(now - 3 * day, now - hour)
    const active = await insert(now - hour, null)
    await database.write(keySchedule.up)

    const ring = createKeyRing(database, clock, wrapping)
    t.equal((await ring.signingKey('ES256')).kid, active)
    const { keys } = JSON.parse((await ring.jwks()).text)
    t.strictSame(keys.map((key: { kid: string }) => key.kid).sort(), [active, retired].sort())

    const advance = (now: number) => rotateKeysWhenDue({ database, wrapping, rotationDays: 90 }, now)
    t.strictSame((await advance(now)).published, [], 'its 90 days count from when it was made')
    t.match((await advance(now + 90 * day - 2 * hour)).published, [{ retires: active }])
  },
)
