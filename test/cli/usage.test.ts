// What the command line says before it does anything: help for every command, and one sentence for every mistake.
import t from 'tap'
import { newHome, runCommand } from '../start-server.ts'
import { runHere } from './run-here.ts'

t.test('works', async t => {
  const commandsIn = (text: string) =>
    [...(text.split('Commands:\n')[1] ?? '').matchAll(/^ {2}([a-z-]+) /gm)].map(match => match[1]!)

  await t.test('every command has --help, and takes --json', async t => {
    const leaves: string[] = []
    const walk = async (...words: string[]): Promise<void> => {
      const { code, stdout: text } = await runHere(t, ...words, '--help')
      t.match(text, new RegExp(`^Usage: ${['gatepass', ...words].join(' ')} `))
      t.equal(code, 0)
      const inner = commandsIn(text).filter(name => name !== 'help')
      if (inner.length === 0) {
        leaves.push(words.join(' '))
        t.match(text, /--json +print JSON/)
      }
      for (const name of inner) await walk(...words, name)
    }
    await walk()
    t.same(leaves.sort(), [
      ...['aat create', 'aat list', 'aat revoke'],
      ...[
        'account create',
        'account delete',
        'account disable',
        'account enable',
        'account link',
        'account list',
      ],
      ...[
        'account member add',
        'account member list',
        'account member remove',
        'account show',
        'account update',
      ],
      ...[
        'admin disable',
        'admin enable',
        'admin link',
        'admin list',
        'api-key create',
        'api-key list',
        'api-key revoke',
        'apply',
        'attempts',
        'audit export',
        'audit list',
        'bench',
        'check login',
        'client create',
        'client delete',
        'client list',
        'client update',
        'db copy',
        'db migrate',
        'db status',
        'export',
        'group create',
        'group list',
      ],
      ...['key list', 'key remove', 'key rotate'],
      ...['notice list', 'notice retry'],
      ...['project create', 'project delete', 'project list', 'project show', 'project update'],
      ...['provider create', 'provider delete', 'provider list', 'provider refresh', 'provider test'],
      'provider update',
      ...['reader block', 'reader list', 'reader unblock'],
      ...[
        'secret list',
        'secret revoke',
        'secret rotate',
        'serve',
        'session end',
        'session list',
        'try push',
      ],
    ])
  })

  await t.test('and so it is from a shell', async t => {
    const [version, help] = await Promise.all([runCommand(['--version']), runCommand(['project', '--help'])])
    t.match(version, { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
    t.match(help, { code: 0, stdout: /^Usage: gatepass project /, stderr: '' })
  })
})

t.test('refuses, with exit code 2 and one sentence,', async t => {
  const mistakes: [words: string[], says: RegExp][] = [
    [['projct', 'list'], /unknown command 'projct' \(Did you mean project\?\)/],
    [['project', 'remove'], /unknown command 'remove'/],
    [['project', 'list', '--yaml'], /unknown option '--yaml'/],
    [['project', 'create', '--slug', 'acme'], /required option '--name <name>' not specified/],
    [['project', 'show'], /missing required argument 'slug'/],
    [['project', 'show', 'acme', 'too'], /too many arguments/],
    [['project', 'update', 'acme', '--jwt', 'yes'], /'yes' is invalid\. Write on or off\./],
    [['project', 'update', 'acme', '--rule', 'staff'], /Write a rule such as/],
    [['project', 'update', 'acme', '--unknown-groups', 'drop'], /Allowed choices are reject, ignore, create/],
    [['project', 'update', 'acme', '--outstanding-codes', '0'], /Write a whole number from 1/],
    [['secret', 'rotate', '--project', 'acme', '--grace', '1y'], /Write a duration such as/],
    [['secret', 'rotate', '--project', 'acme', '--grace', '999999d'], /at most a year/],
    [['secret', 'rotate', '--project', 'acme', '--client', 'both'], /Allowed choices are login, site/],
    [['key', 'rotate', '--algorithm', 'none'], /Allowed choices are ES256, EdDSA, RS256/],
    [['attempts', '--limit', 'all'], /Write a whole number from 1/],
    [['audit', 'list', '--from', 'yesterday'], /Write a time such as 2026-11-22/],
    [['attempts', '\u001b[2J'], /too many arguments/],
  ]
  for (const [words, says] of mistakes) {
    await t.test(words.join(' ').replaceAll('\u001b', ''), async t => {
      const plain = await runHere(t, ...words)
      t.equal(plain.code, 2)
      t.match(plain.stderr, /^gatepass: \P{Cc}+\n$/u)
      t.match(plain.stderr, says)
      const json = await runHere(t, ...words, '--json')
      t.equal(json.code, 2)
      t.match(JSON.parse(json.stderr), { error: 'invalid_usage', error_description: says })
    })
  }

  await t.test('and so it is from a shell', async t => {
    const home = newHome()
    t.teardown(home.remove)
    const [nothing, wrong] = await Promise.all([
      runCommand(['project'], { env: home.env }),
      runCommand(['key', 'rotate', '--algorithm', 'none', '--json'], { env: home.env }),
    ])
    t.match(
      nothing,
      { code: 2, stdout: '', stderr: /^Usage: gatepass project / },
      'half a command shows the rest',
    )
    t.match(wrong, { code: 2, stdout: '', stderr: /^\{"error":"invalid_usage"/ })
  })
})
