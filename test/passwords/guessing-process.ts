// One of several processes that guess at passwords on one database. Each line of standard input is a burst of guesses;
// what came of each is written back.
import { createInterface } from 'node:readline'
import { signInAdministrator } from '../../src/administrators/sign-in-administrator.ts'
import { openDatabase } from '../../src/db/database.ts'
import { AppError } from '../../src/errors.ts'

export interface Burst {
  readonly email: string
  readonly passwords: readonly string[]
  readonly address: string
  readonly now: number
}

const database = openDatabase(process.argv[2]!)
const wrapping = Buffer.alloc(32, 7)
process.stdout.write('ready\n')

for await (const line of createInterface({ input: process.stdin })) {
  const { email, passwords, address, now }: Burst = JSON.parse(line)
  const deps = { database, wrapping, clock: { now: () => now } }
  const outcomes = await Promise.all(
    passwords.map(password =>
      signInAdministrator(deps, { email, password }, { address, userAgent: 'guess' }).then(
        () => 'in',
        error => (error instanceof AppError ? error.code : String(error)),
      ),
    ),
  )
  process.stdout.write(`${JSON.stringify(outcomes)}\n`)
}
await database.close()
