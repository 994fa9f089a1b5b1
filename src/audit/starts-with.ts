import { type Expression, sql } from 'kysely'

/**
 * Whether a column begins with what somebody typed, capital letters from A to Z or not. Nothing in the text has a
 * meaning of its own, as it would in a pattern.
 */
export function startsWith(column: Expression<string | null>, typed: string) {
  const text = typed.normalize('NFC')
  // The column's letters are made small by the database, byte by byte; the text's here, where no locale has a say.
  const small = text.replace(/[A-Z]/g, letter => letter.toLowerCase())
  return sql<boolean>`lower(substr(${column}, 1, ${[...text].length})) = ${small}`
}
