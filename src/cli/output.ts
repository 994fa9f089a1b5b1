import type { Command } from 'commander'

/** What a command has to say: as data for programs, as lines for people. */
export interface Answer {
  readonly data: unknown
  readonly lines: readonly string[]
}

/** Prints an answer to standard output, as JSON where `--json` was given. */
export function print(command: Command, answer: Answer): void {
  const json = command.optsWithGlobals().json === true
  process.stdout.write(json ? `${JSON.stringify(answer.data, null, 2)}\n` : `${answer.lines.join('\n')}\n`)
}

/** Rows as columns of equal width; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

/** `2026-11-22 10:15:03Z`, or a dash where there is no moment. */
export function moment(milliseconds: number | null): string {
  return milliseconds === null
    ? '-'
    : `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')}Z`
}

/** Text from outside with what could move the cursor or turn the line around shown as its code. */
export function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    character => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  )
}
