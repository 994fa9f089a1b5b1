// Makes an installation that has been in use: readers, and a day and a half of their sign-ins, as many of each. Rows are
// what the server itself writes, in the order of time, so that the file is laid out as its own would be.
import { closeSync, fsyncSync, openSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { reader } from '../test/handoff.ts'

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR
/** Some sign-ins lie longer back than anything is kept, so that there is something to purge. */
const HOURS_OF_SIGN_INS = 36
const PIECE = 50_000

export interface Filled {
  /** Bytes in the file for each sign-in: its code, its session, its two steps in the timeline. */
  readonly bytesPerSignIn: number
  readonly bytesPerReader: number
}

/** Fills the database of a project with `size` readers and as many sign-ins. Nothing else may have it open. */
export const fill = (file: string, slug: string, size: number, now: number): Filled => {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -500000')
  db.pragma('wal_autocheckpoint = 100000')
  const project = db.prepare('select id from projects where slug = ?').get(slug) as { id: string }
  const login = db
    .prepare(
      `select s.id as secret, c.id as client from client_secrets s join clients c on c.id = s.client_id
       where c.project_id = ? and c.kind = 'login'`,
    )
    .get(project.id) as { secret: string; client: string }

  const before = bytesOf(db, file)
  const readers = insertInto(db, 'readers')
  const moments = (count: number, from: number, to: number) => (n: number) =>
    Math.floor(from + ((to - from) * n) / count)
  const idOf = (n: number) => uuid(moments(size, now - YEAR, now - HOURS_OF_SIGN_INS * HOUR)(n), n)
  inPieces(db, size, n => {
    const { emailId, username, firstName, lastName } = reader(n)
    const at = moments(size, now - YEAR, now - HOURS_OF_SIGN_INS * HOUR)(n)
    readers.run({
      id: idOf(n),
      project_id: project.id,
      external_id: emailId,
      username,
      first_name: firstName,
      last_name: lastName,
      email: emailId,
      group_ids: '[]',
      created_at: at,
      updated_at: at,
    })
  })
  const withReaders = bytesOf(db, file)

  const codes = insertInto(db, 'codes')
  const sessions = insertInto(db, 'sessions')
  const steps = insertInto(db, 'attempt_steps')
  const detail = JSON.stringify({ clientId: login.client, validityMinutes: 15, groups: [] })
  inPieces(db, size, n => {
    const at = moments(size, now - HOURS_OF_SIGN_INS * HOUR, now)(n)
    const [code, session, trace] = [ordered(at, n, 32), ordered(at + 5, n + 1, 32), ordered(at, n + 2, 16)]
    const who = (n * 7919) % size
    const common = { project_id: project.id, trace_id: trace.toString('hex') }
    codes.run({
      ...common,
      key: code,
      client_id: login.client,
      secret_id: login.secret,
      reader_id: idOf(who),
      validity_minutes: 15,
      redirect_path: '/x',
      expires_at: at + 60_000,
      redeemed_at: at + 5,
      session_key: session,
      standard: 'jwt',
    })
    sessions.run({
      ...common,
      key: session,
      reader_id: idOf(who),
      kind: 'site',
      created_at: at + 5,
      expires_at: at + 15 * 60_000,
      auth_time: at + 5,
    })
    for (const [order, step] of ['code', 'callback'].entries()) {
      const id = ordered(at + order * 5, n + order, 12)
      const { emailId } = reader(who)
      steps.run({
        ...common,
        id,
        at: at + order * 5,
        step,
        outcome: 'passed',
        reader: emailId,
        address: '127.0.0.1',
        detail,
      })
    }
  })
  // What is older than this hour has been counted, as it would have been.
  db.prepare(`insert into sign_in_counts (project_id, hour, passed, failed) values ('', ?, 0, 0)`).run(
    Math.floor(now / HOUR) * HOUR - HOUR,
  )
  const full = bytesOf(db, file)
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  // What the system has yet to write would be in the way of those commits that are measured next.
  const written = openSync(file, 'r+')
  fsyncSync(written)
  closeSync(written)
  return {
    bytesPerReader: Math.round((withReaders - before) / size),
    bytesPerSignIn: Math.round((full - withReaders) / size),
  }
}

/** An insert by column names; columns that are not named are null, or what the table says. */
const insertInto = (db: Database.Database, table: string) => {
  const columns = (db.pragma(`table_info(${table})`) as { name: string; dflt_value: unknown }[])
    .filter(({ dflt_value }) => dflt_value === null)
    .map(({ name }) => name)
  const places = columns.map(name => `@${name}`).join(', ')
  const statement = db.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`)
  const empty = Object.fromEntries(columns.map(name => [name, null]))
  return { run: (row: Record<string, unknown>) => statement.run({ ...empty, ...row }) }
}

const inPieces = (db: Database.Database, size: number, insert: (n: number) => void) => {
  for (let from = 0; from < size; from += PIECE) {
    db.transaction(() => {
      for (let n = from; n < Math.min(from + PIECE, size); n++) insert(n)
    })()
  }
}

/** Bytes that begin with the moment; the rest differs for each `n` and looks random. */
const ordered = (moment: number, n: number, size: number): Buffer => {
  const bytes = Buffer.allocUnsafe(size)
  bytes.writeUIntBE(moment, 0, 6)
  let state = (n + 1) * 2654435761
  for (let at = 6; at < size; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[at] = state >>> 24
  }
  bytes.writeUInt32BE(n, size - 4)
  return bytes
}

const uuid = (moment: number, n: number): string => {
  const hex = ordered(moment, n, 16).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

const bytesOf = (db: Database.Database, file: string): number => {
  db.pragma('wal_checkpoint(TRUNCATE)')
  return statSync(file).size
}
