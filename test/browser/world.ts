// A server as a newcomer starts it, and a browser to look at it with.
import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { newHome, runCommand, type Server, startServer } from '../start-server.ts'
import { openBrowser } from './open-browser.ts'

export interface World {
  readonly browser: Browser
  readonly server: Server
  readonly database: string
  /** What the server says on its terminal. */
  readonly printed: string
  /** The first address that it names, which is where newcomers begin. */
  readonly siteUrl: string
  readonly customerUrl: string
  readonly supportUrl: string
  /** Runs a command of the command line on the server's database and returns what it answers. */
  command<T = unknown>(...args: string[]): Promise<T>
  close(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const home = newHome()
  const env = { ...home.env, GATEPASS_DEMO: 'on' }
  const [server, browser] = await Promise.all([startServer({ env }), openBrowser()])
  const printed = await announcement(server)
  const siteUrl = /http:\/\/\S+/.exec(printed)![0]
  return {
    browser,
    server,
    database: home.database,
    printed,
    siteUrl,
    customerUrl: `http://customer.localhost:${server.port}`,
    supportUrl: `http://support.localhost:${server.port}`,
    async command(...args) {
      const { code, stdout, stderr } = await runCommand([...args, '--json'], {
        env: { ...env, PORT: String(server.port) },
      })
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
      return JSON.parse(stdout)
    },
    async close() {
      await browser.close()
      await server.stop()
      home.remove()
    },
  }
}

/** The port answers a moment before the last line is out. */
async function announcement(server: Server): Promise<string> {
  for (let attempt = 0; attempt < 100 && !/Command line/.test(server.output()); attempt++) await pause(20)
  return server.output()
}

/** A page of somebody else's application. */
export function showPage(response: ServerResponse, body: string): void {
  const head = '<!doctype html><html lang="en"><title>Application</title><link rel="icon" href="data:,">'
  response.writeHead(200, { 'content-type': 'text/html' }).end(head + body)
}
