// What is measured: Gatepass as it is installed, its peer with three stores, and a bare answer as the limit.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Send } from '../test/connection.ts'
import { handoffOf } from '../test/handoff.ts'
import { freePort, type Running, startProcess } from '../test/start-process.ts'
import { createProject, newHome, startServer } from '../test/start-server.ts'
import { serverLauncher } from './cores.ts'
import { externalHandoff, hostedHandoff, hostedHandoffAndPage, oidcHandoff } from './journeys.ts'
import type { Journey } from './load.ts'

export interface Subject {
  name: string
  requests: number
  durable: boolean | undefined
  server: Running
  journey: Journey
}

/** Starts every server; each has its own database in `folder`. */
export const startSubjects = async (folder: string): Promise<Subject[]> => {
  const gatepass = await startGatepass(folder)
  const peer = (store: string) =>
    startScript('peers/oidc-provider.ts', '/.well-known/openid-configuration', {
      STORE: store,
      DATABASE_URL: join(folder, `${store}.db`),
    })
  const memory = await peer('memory')
  const sqlite = await peer('sqlite')
  const grouped = await peer('sqlite-grouped')
  const bare = await startScript('peers/bare.ts', '/')
  const { hosted, external, server } = gatepass
  const subject = (
    name: string,
    requests: number,
    durable: boolean | undefined,
    of: Running,
    journey: Journey,
  ): Subject => ({ name, requests, durable, server: of, journey })

  return [
    subject('gatepass, hosted site', 2, true, server, hostedHandoff(hosted)),
    subject('gatepass, hosted site + page', 3, true, server, hostedHandoffAndPage(hosted)),
    subject('gatepass, external site', 2, true, server, externalHandoff(external)),
    subject('oidc-provider, memory', 4, false, memory, oidcHandoff()),
    subject('  browser signed in before', 2, false, memory, oidcHandoff({ remembersBrowser: true })),
    subject('oidc-provider, SQLite', 4, true, sqlite, oidcHandoff()),
    subject('oidc-provider, SQLite grouped', 4, true, grouped, oidcHandoff()),
    subject('limit: a bare Fastify answer', 1, undefined, bare, bareAnswer),
  ]
}

const startGatepass = async (folder: string) => {
  const { env } = newHome(folder)
  const port = await freePort()
  const settings = { ...env, PORT: String(port), GATEPASS_URL: `http://localhost:${port}` }
  const hosted = await createProject(settings, {
    slug: 'hosted',
    siteUrl: `http://hosted.localhost:${port}`,
  })
  const external = await createProject(settings, { slug: 'external', siteUrl: 'https://docs.example.com' })
  const server = await startServer({ env: settings, launcher: serverLauncher, stdoutTo: '/dev/null' })
  return { server, hosted: handoffOf(hosted), external: handoffOf(external) }
}

const startScript = async (script: string, ready: string, env: Record<string, string> = {}) =>
  startProcess([fileURLToPath(new URL(script, import.meta.url))], {
    port: await freePort(),
    ready,
    env: { NODE_ENV: 'production', ...env },
    launcher: serverLauncher,
  })

const bareAnswer: Journey = async (send: Send) => {
  const { status } = await send({ path: '/' })
  if (status !== 200) throw new Error(`bare: ${status}`)
}
