// `npm run crash -- --rounds 50`: kill -9 under load, again and again on one database file, and after each restart
// every promise that a client had in its hands is checked. Exit 1 when one was broken.
//
// What it proves: nothing is answered before it is written, an unfinished group of writes leaves nothing behind, and
// the next process recovers all the rest. What it cannot prove: that a commit survives a power cut. After kill -9 the
// system still has every page that was written, so this passes with `PRAGMA synchronous=OFF` too; that the server
// runs with FULL is asserted when it opens the database.
//
// `--sabotage` empties the write-ahead log after each kill, as a disk would that lost its last writes. It must end
// with losses: that is how this proof is shown to be able to fail.
import { truncateSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { type Connection, openConnection } from '../connection.ts'
import { type Handoff, handoffOf } from '../handoff.ts'
import { freePort } from '../start-process.ts'
import { createProject, newHome, type Server, startServer } from '../start-server.ts'
import { handOverUntilItBreaks, type Promised } from './acknowledged.ts'
import { type Broken, checkPromise } from './keeps-promises.ts'

export interface Crashes extends Broken {
  kills: number
  codes: number
  redemptions: number
  sessions: number
  logouts: number
  /** Answers under load that no client should have had. */
  unexpected: string[]
  /** What `PRAGMA integrity_check` and `foreign_key_check` found. */
  damage: string[]
}

const connections = 16

export const killUnderLoad = async ({
  rounds,
  sabotage = false,
  progress = () => {},
}: {
  rounds: number
  sabotage?: boolean
  progress?: (line: string) => void
}): Promise<Crashes> => {
  const home = newHome()
  const port = await freePort()
  const env = { ...home.env, PORT: String(port), GATEPASS_URL: `http://localhost:${port}` }
  const file = home.database
  const handoff = handoffOf(
    await createProject(env, { slug: 'acme', siteUrl: `http://acme.localhost:${port}` }),
  )
  const lost: string[] = []
  const undone: string[] = []
  const unexpected: string[] = []
  const damage: string[] = []
  const everything: Promised[] = []
  let server = await startServer({ env })
  try {
    for (let round = 1; round <= rounds; round++) {
      const ledger = await loadAndKill(server, handoff, unexpected)
      if (sabotage) truncateSync(`${file}-wal`)
      server = await startServer({ env })
      // Half of the used codes are replayed, so the other half's sessions can be looked at again at the end.
      await check(server, handoff, ledger, { lost, undone }, { replay: true })
      damage.push(...damageOf(file))
      everything.push(...ledger)
      progress(
        `kill ${round} of ${rounds}: ${ledger.length} codes; so far ${lost.length} lost, ${undone.length} undone`,
      )
    }
    progress(`looking at all ${everything.length} again`)
    await check(server, handoff, everything, { lost, undone }, { replay: false })
  } finally {
    await server.stop()
    home.remove()
  }
  const count = (is: (promised: Promised) => unknown) => everything.filter(is).length
  return {
    kills: rounds,
    codes: everything.length,
    redemptions: count(({ redemption }) => redemption === 'acknowledged'),
    sessions: count(({ cookie, accessToken }) => cookie ?? accessToken),
    logouts: count(({ logout }) => logout === 'acknowledged'),
    lost,
    undone,
    unexpected,
    damage,
  }
}

const loadAndKill = async (server: Server, handoff: Handoff, sentences: string[]) => {
  const ledger: Promised[] = []
  const opened = open(server)
  const load = opened.map(({ send }) => handOverUntilItBreaks(send, handoff, ledger, { sentences }))
  await pause(100 + Math.random() * 900)
  await server.kill()
  await Promise.all(load)
  await close(opened)
  return ledger
}

const check = async (
  server: Server,
  handoff: Handoff,
  ledger: Promised[],
  broken: Broken,
  { replay }: { replay: boolean },
) => {
  const opened = open(server)
  // Codes that nobody used come first: they expire.
  const queue = ledger.toSorted((a, b) => Number(!!b.redemption) - Number(!!a.redemption))
  await Promise.all(
    opened.map(async ({ send }) => {
      for (let next = queue.pop(); next; next = queue.pop()) {
        await checkPromise(send, handoff, next, broken, { replay: replay && Math.random() < 0.5 })
      }
    }),
  )
  await close(opened)
}

const open = ({ port }: Server) =>
  Array.from({ length: connections }, () => openConnection(`http://127.0.0.1:${port}`))

const close = (opened: Connection[]) => Promise.all(opened.map(connection => connection.close()))

const damageOf = (file: string) => {
  const db = new Database(file, { readonly: true })
  try {
    const found = db.pragma('integrity_check') as { integrity_check: string }[]
    const orphans = db.pragma('foreign_key_check') as unknown[]
    return [
      ...found.map(row => row.integrity_check).filter(sentence => sentence !== 'ok'),
      ...orphans.map(row => JSON.stringify(row)),
    ]
  } finally {
    db.close()
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '50' },
      sabotage: { type: 'boolean', default: false },
    },
  })
  const result = await killUnderLoad({
    rounds: Number(values.rounds),
    sabotage: values.sabotage,
    progress: line => console.log(line),
  })
  const { kills, codes, redemptions, sessions, logouts, ...faults } = result
  const counts = new Map<string, number>()
  for (const sentence of Object.values(faults).flat()) counts.set(sentence, (counts.get(sentence) ?? 0) + 1)
  for (const [sentence, times] of [...counts].slice(0, 20)) console.log(`- ${times} x ${sentence}`)
  console.log(
    `${kills} kills: ${codes} codes, ${redemptions} redemptions, ${sessions} sessions, ${logouts} logouts acknowledged; ` +
      `${faults.lost.length} lost, ${faults.undone.length} undone, ${faults.unexpected.length} unexpected answers; ` +
      `integrity ${faults.damage.length ? 'DAMAGED' : 'ok'}`,
  )
  if (counts.size) process.exitCode = 1
}
