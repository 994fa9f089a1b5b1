// Every migration in order, forward only. A new one is a numbered file and a line here; a released one never changes.
import type { Kysely } from 'kysely'
import * as foundation from './0001-foundation.ts'
import * as binding from './0002-binding.ts'
import * as keySchedule from './0003-key-schedule.ts'
import * as openid from './0004-openid.ts'
import * as console from './0005-console.ts'
import * as standards from './0006-standards.ts'
import * as accounts from './0007-accounts.ts'
import * as upstream from './0008-upstream.ts'

export interface Migration {
  readonly version: number
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: a migration stands between two schemas and is typed by neither
  up(db: Kysely<any>): Promise<void>
}

export const migrations: readonly Migration[] = [
  { version: 1, name: 'foundation', up: foundation.up },
  { version: 2, name: 'binding', up: binding.up },
  { version: 3, name: 'key-schedule', up: keySchedule.up },
  { version: 4, name: 'openid', up: openid.up },
  { version: 5, name: 'console', up: console.up },
  { version: 6, name: 'standards', up: standards.up },
  { version: 7, name: 'accounts', up: accounts.up },
  { version: 8, name: 'upstream', up: upstream.up },
]
