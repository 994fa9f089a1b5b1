// The end of a server: whoever was accepted is answered, nobody else gets in, and it is over within 10 seconds.
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

// Milliseconds. Whoever takes longer to send, or to read what was answered, is cut off.
const PATIENCE = 8_000
const LAST_RESORT = 9_500
const LOOK_FOR_PARENT = 500
const SWEEP = 50

/**
 * Calls `stop` once, on the first of the signals. `underNpm`: also where the parent process is gone, because the shell
 * between npm and the server dies of a SIGTERM without passing it on.
 */
export function onStopSignal(
  { underNpm, signals = ['SIGTERM', 'SIGINT'] }: { underNpm: boolean; signals?: NodeJS.Signals[] },
  stop: () => Promise<void>,
): void {
  let stopping = false
  const once = () => {
    if (stopping) return
    stopping = true
    void stop()
  }
  for (const signal of signals) process.on(signal, once)
  if (underNpm) {
    const parent = process.ppid
    setInterval(() => process.ppid !== parent && once(), LOOK_FOR_PARENT).unref()
  }
}

/** Stops `app` when `told`, runs `finish`, and ends the process with 0. */
export function stopWhenTold(
  app: FastifyInstance,
  told: (stop: () => Promise<void>) => void,
  finish: () => Promise<void>,
): void {
  const sockets = new Set<Socket>()
  app.server.on('connection', socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  told(async () => {
    setTimeout(() => app.server.closeAllConnections(), PATIENCE).unref()
    setTimeout(() => process.exit(0), LAST_RESORT).unref()
    // Browsers open connections ahead of need. Node takes those for busy, and would wait for their first request.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    // Whoever is answered from here on may keep the connection, and would be waited for.
    setInterval(() => app.server.closeIdleConnections(), SWEEP).unref()
    await app.close()
    await finish()
    process.exit(0)
  })
}
