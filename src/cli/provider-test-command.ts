import type { Command } from 'commander'
import { AppError } from '../errors.ts'
import { wrappingKey } from '../keys/wrap.ts'
import { createOutboundFetch } from '../platform/outbound-fetch.ts'
import type { IdentityProvider } from '../upstream/identity-provider.ts'
import { requireIdentityProvider } from '../upstream/manage-identity-providers.ts'
import { testConnection } from '../upstream/openid/test-connection.ts'
import { withContext } from './command-context.ts'
import { plain, print } from './output.ts'

export function providerTestCommand(provider: Command): void {
  provider
    .command('test')
    .description('ask an OpenID provider what it says about itself, and whether it takes our ID and secret')
    .argument('<slug>')
    .requiredOption('--project <slug>')
    .action((slug: string, options: { project: string }, command: Command) =>
      withContext(async ({ database, clock, config, project }) => {
        const found = await requireIdentityProvider(database.read, project(options.project), slug)
        if (found.kind !== 'oidc')
          throw new AppError('invalid_request', `There is no connection to test of the kind ${found.kind}.`)
        const deps = { fetch: createOutboundFetch(config), clock, wrapping: wrappingKey(config.secret) }
        const findings = await testConnection(deps, found as IdentityProvider<'oidc'>)
        const lines = findings.flatMap(({ level, sentence, fix }) => [
          plain(`${level.padEnd(7)}  ${sentence}`),
          ...(fix === undefined ? [] : [`         ${fix}`]),
        ])
        print(command, { data: { findings }, lines })
        if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1
      }),
    )
}
