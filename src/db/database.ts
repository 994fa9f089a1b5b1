// The database: one file, opened from one URL. `read` sees what is committed; every change goes through `write`, which
// groups the changes of concurrent requests into one durable transaction.
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../errors.ts'
import type { Handle } from './handle.ts'
import { settingsVersion } from './settings-version.ts'
import { openSqlite } from './sqlite.ts'
import { isBusy, storageFailure } from './sqlite-failures.ts'
import type { Turns } from './turns.ts'
import { createWriteQueue, type WriteOperation } from './write-queue.ts'

export interface Database {
  readonly read: Handle
  /** Runs `operation` in a write transaction; settles after its commit. Throwing takes back this operation alone. */
  write<T>(operation: WriteOperation<T>): Promise<T>
  /** @throws AppError `temporarily_unavailable` where the file cannot be read, or is not where it was. */
  check(): Promise<void>
  /** Answers what was accepted, then closes the file. */
  close(): Promise<void>
}

/**
 * Opens, and where there is none yet makes, the database file. It is not migrated here: see `migrate`.
 * `lockPatience`: milliseconds that a write waits for another process before it is refused. `turns`: with whom this
 * process takes turns in writing.
 * @throws Error with a sentence for the operator where the file or its folder can't be used.
 */
export function openDatabase(
  file: string,
  { lockPatience = 5_000, turns }: { lockPatience?: number; turns?: Turns } = {},
): Database {
  const [writer, reader] = openConnections(file)
  reader.raw.pragma('query_only = 1')

  const begin = writer.raw.prepare('BEGIN IMMEDIATE')
  const commit = writer.raw.prepare('COMMIT')
  const rollback = writer.raw.prepare('ROLLBACK')
  const queue = createWriteQueue({
    handle: writer.handle,
    begin() {
      // Where taking back failed before, it is taken back now.
      if (writer.raw.inTransaction) rollback.run()
      begin.run()
    },
    commit: () => void commit.run(),
    // A full disk makes SQLite take the transaction back by itself.
    rollback: () => void (writer.raw.inTransaction && rollback.run()),
    storageFailure,
    isBusy,
    lockPatience,
    turns,
  })

  const opened = statSync(file).ino

  return {
    read: reader.handle,
    write: queue.write,
    async check() {
      try {
        // SQLite goes on reading and writing a file that was deleted, and all of it would be lost at the next start.
        if (statSync(file).ino !== opened) throw new Error(`${file} was replaced`)
        await settingsVersion(reader.handle)
      } catch (cause) {
        throw new AppError('temporarily_unavailable', 'The database cannot be reached.', { cause })
      }
    },
    async close() {
      await queue.drain()
      reader.raw.close()
      writer.raw.close()
    },
  }
}

function openConnections(file: string) {
  try {
    mkdirSync(dirname(file), { recursive: true })
    return [openSqlite(file), openSqlite(file)] as const
  } catch (error) {
    const { message } = error as Error
    throw new Error(`The database ${file}, which DATABASE_URL names, cannot be opened: ${message}`, {
      cause: error,
    })
  }
}
