// What is measured: Gatepass as it is installed, its peer with three stores, and the limits of the machine.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handoffOf, openidCallback } from '../test/handoff.ts'
import { type Env, freePort, type Running, startProcess } from '../test/start-process.ts'
import { createProject, newHome, runCommand, startServer } from '../test/start-server.ts'
import { serverLauncher } from './cores.ts'
import {
  codeGeneration,
  externalHandoff,
  fetchPath,
  hostedHandoff,
  hostedHandoffAndPage,
  introspection,
  loginTokenHandoff,
  openidHandoff,
  sessionCheck,
  userinfo,
} from './journeys.ts'
import { bareCommit, bareSigning, type Limit } from './limits.ts'
import type { Journey } from './load.ts'
import { peerHandoff, peerIntrospection, peerUserinfo } from './peer-journeys.ts'

/** A handoff, a single answer, or a limit that is measured without a server. */
export type Kind = 'handoff' | 'answer' | 'limit'

export interface Subject {
  name: string
  kind: Kind
  requests: number
  durable: boolean | undefined
  /** The row that it is compared with, beside those of its kind. */
  peer?: string
  server?: Running
  journey?: Journey
  limit?: Limit
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
  // Its memory holds a thousand things and forgets the oldest: tokens that are to last need a server of their own.
  const lasting = await peer('memory')
  const sqlite = await peer('sqlite')
  const grouped = await peer('sqlite-grouped')
  const bare = await startScript('peers/bare.ts', '/')
  const { hosted, external, applicationToken, host, server } = gatepass

  const handoff = (
    name: string,
    requests: number,
    durable: boolean,
    of: Running,
    journey: Journey,
  ): Subject => ({ name, kind: 'handoff', requests, durable, server: of, journey })
  const answer = (name: string, of: Running, journey: Journey, against?: string): Subject => ({
    name,
    kind: 'answer',
    requests: 1,
    durable: undefined,
    server: of,
    journey,
    ...(against && { peer: against }),
  })
  const limit = (name: string, durable: boolean | undefined, work: Limit): Subject => ({
    name,
    kind: 'limit',
    requests: 0,
    durable,
    limit: work,
  })

  return [
    handoff('gatepass, hosted site', 2, true, server, hostedHandoff(hosted)),
    handoff('gatepass, hosted site + page', 3, true, server, hostedHandoffAndPage(hosted)),
    handoff('gatepass, external site', 2, true, server, externalHandoff(external)),
    handoff('gatepass, login token', 2, true, server, loginTokenHandoff(hosted, applicationToken)),
    handoff('gatepass, OIDC code flow', 4, true, server, openidHandoff(external)),
    handoff(
      '  gatepass, signed in before',
      2,
      true,
      server,
      openidHandoff(external, { remembersBrowser: true }),
    ),
    handoff('oidc-provider, memory', 4, false, memory, peerHandoff()),
    handoff('  oidc-provider, signed in before', 2, false, memory, peerHandoff({ remembersBrowser: true })),
    handoff('oidc-provider, SQLite', 4, true, sqlite, peerHandoff()),
    handoff('oidc-provider, SQLite grouped', 4, true, grouped, peerHandoff()),

    answer('a bare Fastify answer', bare, fetchPath('/')),
    answer('gatepass, code generation', server, codeGeneration(hosted)),
    answer('gatepass, session check', server, sessionCheck(hosted)),
    answer('gatepass, userinfo', server, userinfo(external), 'oidc-provider, userinfo'),
    answer('gatepass, introspection', server, introspection(external), 'oidc-provider, introspection'),
    answer('gatepass, JWKS', server, fetchPath('/.well-known/jwks.json', host), 'oidc-provider, JWKS'),
    answer('oidc-provider, userinfo', lasting, peerUserinfo()),
    answer('oidc-provider, introspection', lasting, peerIntrospection()),
    answer('oidc-provider, JWKS', lasting, fetchPath('/jwks')),

    limit('one ES256 signature', undefined, bareSigning()),
    limit('one durable commit', true, bareCommit(folder)),
    limit('a row in a commit of 16', true, bareCommit(folder, 16)),
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
  await run(settings, ['project', 'update', 'external', '--site-elsewhere', 'on'])
  const redirect = ['--redirect-uri', openidCallback(external)]
  await run(settings, ['client', 'update', external.siteClientId, '--project', 'external', ...redirect])
  const made = await run(settings, ['aat', 'create', '--project', 'hosted', '--label', 'bench', '--json'])
  const { token } = JSON.parse(made) as { token: string }
  const server = await startServer({ env: settings, launcher: serverLauncher, stdoutTo: '/dev/null' })
  return {
    server,
    host: `localhost:${port}`,
    hosted: handoffOf(hosted),
    external: handoffOf(external),
    applicationToken: token,
  }
}

const run = async (env: Env, args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCommand(args, { env })
  if (code !== 0) throw new Error(`gatepass ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
  return stdout
}

const startScript = async (script: string, ready: string, env: Record<string, string> = {}) =>
  startProcess([fileURLToPath(new URL(script, import.meta.url))], {
    port: await freePort(),
    ready,
    env: { NODE_ENV: 'production', ...env },
    launcher: serverLauncher,
  })
