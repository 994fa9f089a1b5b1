import { type Expression, sql } from 'kysely'

/**
 * Whether a column begins with what somebody typed, capital letters or not; which letters those are is the database's
 * matter (SQLite: A to Z). Nothing in the text has a meaning of its own, as it would in a pattern.
 */
export function startsWith(column: Expression<string | null>, typed: string) {
  const text = typed.normalize('NFC')
  return sql<boolean>`lower(substr(${column}, 1, ${[...text].length})) = lower(${text})`
}
