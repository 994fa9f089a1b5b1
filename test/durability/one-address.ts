// One address in front of several nodes, as a load balancer is: connections go to the nodes in turn, and past one that
// takes none. It looks at no request, and breaks with the node that it leads to.
import { connect, createServer, type Socket } from 'node:net'

export interface OneAddress {
  readonly port: number
  close(): Promise<void>
}

/** Listens on `port`, in front of the nodes on `ports`. */
export const openAddress = async (port: number, ports: readonly number[]): Promise<OneAddress> => {
  const sockets = new Set<Socket>()
  let turn = 0
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    return socket
  }
  const lead = (caller: Socket, left: number) => {
    const node = keep(connect(ports[turn++ % ports.length]!, '127.0.0.1'))
    node.once('connect', () => {
      caller.pipe(node).pipe(caller)
      node.on('close', () => caller.destroy())
      caller.on('close', () => node.destroy())
    })
    // Nobody is there: the next one, before the caller has said a word.
    node.once('error', () => {
      if (node.pending && left > 0 && !caller.destroyed) lead(caller, left - 1)
      else caller.destroy()
    })
  }
  const server = createServer(caller => lead(keep(caller), ports.length - 1))
  await new Promise<void>(listening => server.listen(port, '127.0.0.1', listening))
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(closed => server.close(closed))
    },
  }
}
