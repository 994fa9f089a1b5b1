// One SQLite file as the database: one connection that reads, one that writes.
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../errors.ts'
import type { Database, DatabaseOptions } from './database-interface.ts'
import { settingsVersion } from './settings-version.ts'
import { openSqlite } from './sqlite.ts'
import { isBusy, storageFailure } from './sqlite-failures.ts'
import { createWriteQueue } from './write-queue.ts'

export function openSqliteDatabase(file: string, { lockPatience = 5_000, turns }: DatabaseOptions): Database {
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
    name: file,
    dialect: 'sqlite',
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
    sizes: async () => ({ size: sizeOf(file), logSize: sizeOf(`${file}-wal`) ?? 0 }),
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

function sizeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null
}
