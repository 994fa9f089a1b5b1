// What a start prints for the person in front of it, in development; in production the log speaks alone, but for the link
// of the first administrator.
import type { Config } from './config.ts'
import { customerPassword, customerUsers } from './demo/customer-users.ts'
import type { Demo } from './demo/demo.ts'
import { addressOf } from './listen.ts'
import { shownLocation } from './platform/database-url.ts'

/** Whoever opens it becomes the first administrator. */
export interface FirstLink {
  readonly url: string
  readonly expiresAt: number
}

/** One line of JSON among those of the log, at no level that could silence it; nothing where there is no link. */
export function announceInProduction(link: FirstLink | undefined, now: number): string {
  if (!link) return ''
  const msg = 'there is no administrator yet; whoever opens this link within the hour becomes the first'
  return `${JSON.stringify({ level: 30, time: now, msg, ...link })}\n`
}

/** The lines to print once the server listens. */
export function announce(config: Config, demo: Demo | undefined, link: FirstLink | undefined): string {
  const listeningAt = addressOf(config)
  const command = import.meta.url.endsWith('.ts') ? 'npm run --silent gatepass --' : 'npx gatepass'
  const about = [
    row('Identity server', config.issuer),
    row('Console', `${config.issuer}/console`),
    ...(config.issuer === listeningAt ? [] : [row('Listening on', listeningAt)]),
    row('Data', shownLocation(config.databaseUrl)),
    ...(config.workers > 1 ? [row('Workers', `${config.workers}; the demo needs one process`)] : []),
  ]
  const lines = demo
    ? [
        row('Open this first', demo.siteUrl),
        row('then the other', `${demo.supportUrl} (OpenID Connect; the same sign-in opens it)`),
        ...customerUsers.map(({ username, about }, index) =>
          row(index === 0 ? 'Sign in as' : 'or as', `${username}, password ${customerPassword} (${about})`),
        ),
        '',
        ...about,
        row('Command line', `${command} --help`),
        row('Without the demo', 'set GATEPASS_DEMO=off'),
      ]
    : [
        ...about,
        row('Command line', `${command} --help`),
        '',
        '  Make a first project with:',
        `  ${command} project create --slug acme --name Acme --site-url http://acme.localhost:${config.port} --login-url http://localhost:4000/login`,
      ]
  const first = link
    ? ['', '  Become the first administrator of the console, once and within the hour:', `  ${link.url}`]
    : []
  return `\nGatepass is ready. Ctrl+C stops it.\n\n${[...lines, ...first].join('\n')}\n\n`
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(18)}${value}`
}
