// What a start prints for the person in front of it, in development; in production the log speaks alone.
import type { Config } from './config.ts'
import { customerPassword, customerUsers } from './demo/customer-users.ts'
import type { Demo } from './demo/demo.ts'

/** The lines to print once the server listens. */
export function announce(config: Config, demo: Demo | undefined, listeningAt: string): string {
  const command = import.meta.url.endsWith('.ts') ? 'npm run --silent gatepass --' : 'npx gatepass'
  const about = [
    row('Identity server', config.issuer),
    ...(config.issuer === listeningAt ? [] : [row('Listening on', listeningAt)]),
    row('Data', config.databaseFile),
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
  return `\nGatepass is ready. Ctrl+C stops it.\n\n${lines.join('\n')}\n\n`
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(18)}${value}`
}
