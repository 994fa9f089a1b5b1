// A short run of `npm run race`.
import t from 'tap'
import { raceWorkers } from './race-of-workers.ts'

t.test(
  'of all who bring a code to four workers one wins, also where a worker is killed meanwhile',
  async t => {
    const { faults, ...race } = await raceWorkers({ rounds: 2, kill: true })
    t.strictSame(faults, [])
    t.equal(race.codes, 20)
    t.ok(race.workers === 4, `${race.workers} workers answered`)
    t.ok(race.won > 10 && race.refused > race.won, `${race.won} won, ${race.refused} were refused`)
    t.equal(race.kills, 1)
  },
)
