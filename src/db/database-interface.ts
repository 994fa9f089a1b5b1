// What a database is to all others, whichever it is.
import type { DialectName, Handle } from './handle.ts'
import type { Turns } from './turns.ts'
import type { WriteOperation } from './write-queue.ts'

export interface Database {
  /** As people may see it: the path of the file, or the server's URL without its password. */
  readonly name: string
  readonly dialect: DialectName
  readonly read: Handle
  /** Runs `operation` in a write transaction; settles after its commit. Throwing takes back this operation alone. */
  write<T>(operation: WriteOperation<T>): Promise<T>
  /** @throws AppError `temporarily_unavailable` where it cannot be read, or a file is not where it was. */
  check(): Promise<void>
  /** Bytes of the database, null where it cannot be looked at, and of the log beside it. */
  sizes(): Promise<{ readonly size: number | null; readonly logSize: number }>
  /** Answers what was accepted, then closes all connections. */
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** Milliseconds that a write waits for another process or node before it is refused. */
  readonly lockPatience?: number
  /** How many connections to PostgreSQL read; one more writes. */
  readonly pool?: number
  /** With whom this process takes turns in writing to a file; PostgreSQL keeps a queue itself. */
  readonly turns?: Turns | undefined
}
