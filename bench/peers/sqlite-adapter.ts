// A durable store for oidc-provider: SQLite, WAL, synchronous=FULL, statements prepared once.
import Database from 'better-sqlite3'

type Payload = Record<string, unknown> & { grantId?: string; uid?: string; userCode?: string }
interface Row {
  payload: string
  expires_at: number | null
}

const grantable = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken'])

/** With `grouped`, writes that wait at the same turn of the event loop share one commit. */
export const sqliteAdapter = (path: string, { grouped }: { grouped: boolean }) => {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('cache_size = -65536')
  db.exec(`
    create table item (
      key text primary key, payload text not null, grant_id text, uid text, user_code text, expires_at integer
    ) without rowid;
    create index item_grant on item (grant_id) where grant_id is not null;
    create index item_uid on item (uid) where uid is not null;
    create index item_user_code on item (user_code) where user_code is not null;
  `)
  const upsert = db.prepare('insert or replace into item values (?, ?, ?, ?, ?, ?)')
  const find = db.prepare('select payload, expires_at from item where key = ?')
  const findByUid = db.prepare('select payload, expires_at from item where uid = ?')
  const findByUserCode = db.prepare('select payload, expires_at from item where user_code = ?')
  const consume = db.prepare("update item set payload = json_set(payload, '$.consumed', ?) where key = ?")
  const destroy = db.prepare('delete from item where key = ?')
  const revoke = db.prepare('delete from item where grant_id = ?')
  const write = grouped ? groupCommit(db) : async (change: () => void) => change()

  const read = (row: unknown): Payload | undefined => {
    if (!row) return undefined
    const { payload, expires_at } = row as Row
    return expires_at !== null && expires_at <= Date.now() ? undefined : JSON.parse(payload)
  }

  return class {
    model: string
    constructor(model: string) {
      this.model = model
    }
    key(id: string) {
      return `${this.model}:${id}`
    }
    async upsert(id: string, payload: Payload, expiresIn?: number) {
      const grantId = grantable.has(this.model) ? payload.grantId : undefined
      const uid = this.model === 'Session' ? payload.uid : undefined
      const expiresAt = expiresIn === undefined ? null : Date.now() + expiresIn * 1000
      const text = JSON.stringify(payload)
      const row = [this.key(id), text, grantId ?? null, uid ?? null, payload.userCode ?? null, expiresAt]
      await write(() => upsert.run(...row))
    }
    async find(id: string) {
      return read(find.get(this.key(id)))
    }
    async findByUid(uid: string) {
      return read(findByUid.get(uid))
    }
    async findByUserCode(code: string) {
      return read(findByUserCode.get(code))
    }
    async consume(id: string) {
      await write(() => consume.run(Math.floor(Date.now() / 1000), this.key(id)))
    }
    async destroy(id: string) {
      await write(() => destroy.run(this.key(id)))
    }
    async revokeByGrantId(grantId: string) {
      await write(() => revoke.run(grantId))
    }
  }
}

const groupCommit = (db: Database.Database) => {
  let waiting: { change: () => void; resolve: () => void; reject: (error: unknown) => void }[] = []
  const runAll = db.transaction((changes: (() => void)[]) => {
    for (const change of changes) change()
  })
  const flush = () => {
    const group = waiting
    waiting = []
    try {
      runAll.immediate(group.map(({ change }) => change))
      for (const { resolve } of group) resolve()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }
  return (change: () => void) =>
    new Promise<void>((resolve, reject) => {
      if (waiting.push({ change, resolve, reject }) === 1) setImmediate(flush)
    })
}
