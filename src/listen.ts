import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'

/** Opens the port. @throws Error with a sentence for the operator where it can't be had. */
export async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw new Error(whyNotListening((error as NodeJS.ErrnoException).code, host, port), { cause: error })
  }
}

/** Where `listen` listens, as a URL. */
export function addressOf({ host, port }: Config): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function whyNotListening(code: string | undefined, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: another program, perhaps another Gatepass, listens there. Stop it, or set PORT to a free one.`
    case 'EACCES':
      return `Port ${port} on ${host} needs rights that this user does not have. Set PORT to one above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST is ${JSON.stringify(host)}, which is no address of this machine. Use 0.0.0.0, localhost, or an address that it has.`
    default:
      return `The server cannot listen on ${host}, port ${port} (${code}).`
  }
}
