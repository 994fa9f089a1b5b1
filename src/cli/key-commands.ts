import { type Command, Option } from 'commander'
import type { SigningAlgorithm } from '../db/tables.ts'
import { RETIRED_KEYS_PUBLISHED } from '../keys/key-ring.ts'
import { listKeys, rotateSigningKey } from '../keys/rotate-key.ts'
import { wrappingKey } from '../keys/wrap.ts'
import { withContext } from './command-context.ts'
import { moment, print, table } from './output.ts'

export function keyCommands(program: Command): void {
  const key = program.command('key').description('signing keys: what tokens are signed with')

  key
    .command('list')
    .description('list the signing keys')
    .action((_, command: Command) =>
      withContext(async context => {
        const now = context.clock.now()
        const keys = (await listKeys(context.database.read)).map(each => ({
          ...each,
          state: stateOf(each.retiredAt, now),
        }))
        const rows = keys.map(each => [
          each.kid,
          each.algorithm,
          each.state,
          moment(each.createdAt),
          moment(each.retiredAt),
        ])
        print(command, {
          data: keys,
          lines:
            keys.length === 0
              ? ['No keys yet; the first is made at the first start.']
              : table([['KID', 'ALG', 'STATE', 'MADE', 'RETIRED'], ...rows]),
        })
      }),
    )

  key
    .command('rotate')
    .description(
      'make a new key that signs from now on; the old one stays published until its tokens are over',
    )
    .addOption(new Option('--algorithm <algorithm>').choices(['ES256', 'EdDSA', 'RS256']).default('ES256'))
    .action((options: { algorithm: SigningAlgorithm }, command: Command) =>
      withContext(async ({ config, database, actor, clock }) => {
        const made = await rotateSigningKey(
          database,
          wrappingKey(config.secret),
          actor,
          options.algorithm,
          clock.now(),
        )
        print(command, {
          data: { ...made, algorithm: options.algorithm },
          lines: [
            `Key ${made.kid} signs from now on.`,
            ...(made.retired ? [`Key ${made.retired} stays published for 25 hours.`] : []),
          ],
        })
      }),
    )
}

function stateOf(retiredAt: number | null, now: number): 'signing' | 'published' | 'retired' {
  if (retiredAt === null) return 'signing'
  return now < retiredAt + RETIRED_KEYS_PUBLISHED ? 'published' : 'retired'
}
