import { once } from 'node:events'
import { connect } from 'node:net'

/** A socket to 127.0.0.1 on which a test writes bytes as it likes, and reads what comes back. */
export interface RawConnection {
  write(text: string): void
  /** Resolves as soon as what was received matches. Rejects where the connection ends before. */
  received(pattern: RegExp): Promise<string>
  /** Resolves to all that was received once the other side has ended the connection. */
  ended(): Promise<string>
  close(): void
}

export async function openRawConnection(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  let text = ''
  const waiting = new Set<() => void>()
  const look = () => {
    for (const each of waiting) each()
  }
  socket.on('data', chunk => {
    text += chunk
    look()
  })
  // A reset shows as an end without an answer, which is what tests ask about.
  socket.on('error', look).on('close', look)
  await once(socket, 'connect')
  const until = (enough: () => boolean) =>
    new Promise<string>((resolve, reject) => {
      const check = () => {
        if (!enough() && !socket.closed) return
        waiting.delete(check)
        if (enough()) resolve(text)
        else reject(new Error(`the connection ended after: ${JSON.stringify(text)}`))
      }
      waiting.add(check)
      check()
    })
  return {
    write: chunk => void socket.write(chunk),
    received: pattern => until(() => pattern.test(text)),
    ended: () => until(() => socket.closed),
    close: () => void socket.destroy(),
  }
}
