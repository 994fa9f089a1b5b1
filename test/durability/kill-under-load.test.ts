// A short run of `npm run crash`, and the check that it would notice.
import t from 'tap'
import { killUnderLoad } from './kill-under-load.ts'

t.test('kill -9 under load loses and undoes nothing that was acknowledged', async t => {
  const { kills, codes, redemptions, sessions, logouts, ...faults } = await killUnderLoad({ rounds: 3 })
  t.strictSame(faults, { lost: [], undone: [], unexpected: [], damage: [] })
  t.ok(
    codes && redemptions && sessions && logouts,
    `${kills} kills and ${codes} codes: there was something to lose`,
  )
})

t.test('a store that forgets its last writes is noticed', async t => {
  const { lost } = await killUnderLoad({ rounds: 1, sabotage: true })
  t.ok(lost.length > 0, `${lost.length} promises broken`)
})
