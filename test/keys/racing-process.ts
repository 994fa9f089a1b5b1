// One of several processes that want the same key at the same moment. Reads a job from each line of standard input,
// does it, and writes what came of it.
import { createInterface } from 'node:readline'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { ensureSigningKey } from '../../src/keys/rotate-key.ts'
import { rotateKeysWhenDue } from '../../src/keys/rotate-when-due.ts'

export interface Job {
  readonly do: 'ensure' | 'rotate'
  /** Milliseconds since the epoch: a moment that all of them begin at, and the one that they take for now. */
  readonly at: number
  readonly now: number
}

/** The IDs of the keys that it was told about, or made. */
export type Outcome = { readonly kids: string[] } | { readonly error: string }

const database = openDatabase(process.argv[2]!)
const wrapping = Buffer.alloc(32, 7)
await migrate(database, 0)
process.stdout.write('ready\n')

for await (const line of createInterface({ input: process.stdin })) {
  const job: Job = JSON.parse(line)
  while (Date.now() < job.at);
  let outcome: Outcome
  try {
    outcome = { kids: await perform(job) }
  } catch (error) {
    outcome = { error: String(error) }
  }
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}
await database.close()

async function perform({ do: what, now }: Job): Promise<string[]> {
  if (what === 'ensure') return [(await ensureSigningKey({ database, wrapping }, 'ES256', now)).kid]
  const { published } = await rotateKeysWhenDue({ database, wrapping, rotationDays: 90 }, now)
  return published.map(key => key.kid)
}
