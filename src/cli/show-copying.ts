import type { CopyProgress } from '../db/copy/copy-database.ts'

const WIDTH = 30

/** How far a copy is: a bar on a terminal, elsewhere a line for each tenth. */
export function showCopying(stream: { isTTY?: boolean; write(text: string): unknown }): {
  tell(progress: CopyProgress): void
  end(): void
} {
  let told = ''
  return {
    tell({ doing, table, done, total }) {
      const share = total === 0 ? 1 : Math.min(1, done / total)
      const words = `${doing} ${table}, ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} rows`
      if (stream.isTTY) {
        const bar = '#'.repeat(Math.floor(share * WIDTH)).padEnd(WIDTH, '.')
        stream.write(`\r[${bar}] ${words}\u001b[K`)
        return
      }
      const step = `${doing} ${Math.floor(share * 10)}`
      if (step !== told) stream.write(`${words}\n`)
      told = step
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[K')
    },
  }
}
