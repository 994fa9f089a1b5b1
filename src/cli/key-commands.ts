import { type Command, Option } from 'commander'
import type { SigningAlgorithm } from '../db/tables.ts'
import { keyState, publishedUntil } from '../keys/key-schedule.ts'
import { listKeys } from '../keys/key-store.ts'
import { removeSigningKey } from '../keys/remove-key.ts'
import { rotateSigningKey } from '../keys/rotate-key.ts'
import { wrappingKey } from '../keys/wrap.ts'
import { type CommandContext, withContext } from './command-context.ts'
import { moment, print, table } from './output.ts'

export function keyCommands(program: Command): void {
  const key = program.command('key').description('signing keys: what tokens are signed with')

  key
    .command('list')
    .description('list the signing keys: what each does now, and when it did or will do what')
    .action((_, command: Command) =>
      withContext(async context => {
        const now = context.clock.now()
        const keys = (await listKeys(context.database.read)).map(each => ({
          ...each,
          state: keyState(each, now),
          publishedUntil: publishedUntil(each),
        }))
        const rows = keys.map(each => [
          ...[each.kid, each.algorithm, each.state, moment(each.createdAt), moment(each.signsFrom)],
          ...[moment(each.retiredAt), moment(each.publishedUntil)],
        ])
        print(command, {
          data: keys,
          lines:
            keys.length === 0
              ? ['No keys yet; the first is made at the first start.']
              : table([
                  ['KID', 'ALG', 'STATE', 'PUBLISHED', 'SIGNS FROM', 'SIGNS UNTIL', 'PUBLISHED UNTIL'],
                  ...rows,
                ]),
        })
      }),
    )

  key
    .command('rotate')
    .description('publish a new key; it signs in an hour, when every cache of the key set must have seen it')
    .addOption(
      new Option('--algorithm <algorithm>', 'which key')
        .choices(['ES256', 'EdDSA', 'RS256'])
        .default('ES256'),
    )
    .option('--now', 'it signs at once, or the one that waits does: caches that lack it must ask again')
    .action((options: { algorithm: SigningAlgorithm; now?: boolean }, command: Command) =>
      withContext(async context => {
        const { algorithm, now: atOnce = false } = options
        const now = context.clock.now()
        const next = await rotateSigningKey(depsOf(context), context.actor, { algorithm, atOnce }, now)
        const signs = next.signsFrom <= now ? 'signs from now on' : `signs from ${moment(next.signsFrom)}`
        print(command, {
          data: next,
          lines: [
            `Key ${next.kid} is published and ${signs}.`,
            ...(next.retires
              ? [`Key ${next.retires} signs until then, and stays published for 25 hours more.`]
              : []),
          ],
        })
      }),
    )

  key
    .command('remove')
    .description('emergency: take a key out of use now; every token that it signed is refused')
    .argument('<kid>', 'from: gatepass key list')
    .option('--secret-lost', 'replace it although GATEPASS_SECRET is not the one that it was wrapped with')
    .action((kid: string, options: { secretLost?: boolean }, command: Command) =>
      withContext(async context => {
        const { secretLost = false } = options
        const now = context.clock.now()
        const removed = await removeSigningKey(depsOf(context), context.actor, { kid, secretLost }, now)
        print(command, {
          data: removed,
          lines: [
            `Key ${kid} is out of use; caches of the key set may show it for 5 minutes more.`,
            ...(removed.replacement ? [`Key ${removed.replacement} signs from now on.`] : []),
          ],
        })
      }),
    )
}

function depsOf({ database, config }: CommandContext) {
  return { database, wrapping: wrappingKey(config.secret) }
}
