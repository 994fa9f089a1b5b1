// A mail server for a test: it speaks SMTP as far as a sender needs it, and keeps what it was sent.

import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

export interface MailServer {
  readonly url: string
  /** The next mail, headers and body, decoded from quoted-printable. */
  next(): Promise<{ to: string; text: string }>
  /** What it answers to the next recipients. */
  refuse(answer: string | undefined): void
  /** Says nothing to anybody until what this returns is called. */
  hold(): () => void
  readonly count: () => number
}

export async function startMailServer(t: Test): Promise<MailServer> {
  const waiting: ((mail: { to: string; text: string }) => void)[] = []
  const arrived: { to: string; text: string }[] = []
  let count = 0
  let refusal: string | undefined
  let held: Promise<void> | undefined
  const server = createServer(async socket => {
    await held
    converse(socket)
  })
  function converse(socket: Socket) {
    let buffer = ''
    let to = ''
    let data = false
    socket.on('error', () => {})
    socket.write('220 test\r\n')
    socket.on('data', chunk => {
      buffer += chunk.toString('utf8')
      for (;;) {
        const end = buffer.indexOf(data ? '\r\n.\r\n' : '\r\n')
        if (end < 0) return
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + (data ? 5 : 2))
        if (data) {
          data = false
          socket.write('250 ok\r\n')
          take({ to, text: line.replace(/=\r\n/g, '').replace(/=3D/g, '=') })
        } else socket.write(answer(line))
      }
    })
    function answer(line: string): string {
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'RCPT') {
        to = /<(.*)>/.exec(line)![1]!
        return refusal ? `${refusal}\r\n` : '250 ok\r\n'
      }
      data = verb === 'DATA'
      if (data) return '354 go on\r\n'
      return verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n'
    }
  }
  function take(mail: { to: string; text: string }) {
    count++
    const next = waiting.shift()
    if (next) next(mail)
    else arrived.push(mail)
  }
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => server.close())
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () => {
      const mail = arrived.shift()
      return mail ? Promise.resolve(mail) : new Promise(done => waiting.push(done))
    },
    refuse(answer) {
      refusal = answer
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
    count: () => count,
  }
}
