const WIDTH = 30

/** What a long command has done so far: a bar on a terminal, elsewhere a line now and then. */
export function showProgress(
  stream: { isTTY?: boolean; write(text: string): unknown },
  seconds: number,
): { tell(soFar: { seconds: number; handoffs: number }): void; end(): void } {
  let lines = 0
  return {
    tell(soFar) {
      const share = Math.min(1, soFar.seconds / seconds)
      const rate = Math.round(soFar.handoffs / soFar.seconds).toLocaleString('en-US')
      const words = `${Math.round(soFar.seconds)} of ${seconds} s, ${rate} sign-ins a second`
      if (stream.isTTY) {
        const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '.')
        stream.write(`\r[${bar}] ${words}\u001b[K`)
      } else if (lines++ % 5 === 0) stream.write(`${words}\n`)
    },
    end() {
      if (stream.isTTY) stream.write('\r\u001b[K')
    },
  }
}
