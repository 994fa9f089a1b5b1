// Migrations are written once, in SQLite's words. This is what the same words are in PostgreSQL, so that both have the
// same tables from the same files. Text is compared and ordered by its bytes in both.
import type { KyselyPlugin, RawNode } from 'kysely'

const words: readonly (readonly [RegExp, string])[] = [
  [/\)\s*(STRICT|WITHOUT ROWID)(,\s*(STRICT|WITHOUT ROWID))*\s*$/, ')'],
  [/\bINTEGER\b/g, 'BIGINT'],
  [/\bBLOB\b/g, 'BYTEA'],
  [/\bTEXT\b/g, 'TEXT COLLATE "C"'],
  // A column of ours that is a word of PostgreSQL's.
  [/(?<!")\bauthorization\b(?!")/g, '"authorization"'],
]

export function inPostgres(statement: string): string {
  return words.reduce((text, [word, spelling]) => text.replace(word, spelling), statement)
}

/** Makes `sql.raw(...)` of a migration speak PostgreSQL. */
export const postgresSpelling: KyselyPlugin = {
  transformQuery: ({ node }) =>
    node.kind === 'RawNode'
      ? ({ ...node, sqlFragments: (node as RawNode).sqlFragments.map(inPostgres) } as RawNode)
      : node,
  transformResult: async ({ result }) => result,
}
