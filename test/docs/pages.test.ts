// What the pages list is what there is: links, variables, error codes, reasons, commands.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import t from 'tap'
import { reasons } from '../../src/audit/reasons.ts'
import { buildProgram } from '../../src/cli.ts'
import { AppError, type ErrorCode } from '../../src/errors.ts'
import { statusOf } from '../../src/http/errors.ts'
import { readFrontMatter } from '../../src/site/content/read-front-matter.ts'
import { startApp } from '../start-app.ts'
import { documents, headings, markedBlocks, plainEnvironment, read, root, sections } from './read-docs.ts'

const run = promisify(execFile)

/** Links and pictures outside of code. */
function links(file: string): string[] {
  const prose = read(file)
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/`[^`\n]*`/g, '')
  const found = prose.matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g)
  return [...found].map(([, markdown, html]) => markdown ?? html!)
}

/** Heading IDs as GitHub makes them; the files are read there too. */
function githubId(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-')
}

t.test('works', async t => {
  t.test(
    'every relative link leads to a file, and every anchor to a heading, here and on GitHub',
    async t => {
      for (const file of documents()) {
        for (const link of links(file)) {
          if (/^[a-z]+:/.test(link)) continue
          const [path = '', anchor] = link.split('#')
          const target = path === '' ? file : join(dirname(file), path)
          t.ok(existsSync(join(root, target)), `${file}: ${link}`)
          if (anchor === undefined) continue
          const listed = headings(target)
          t.ok(
            listed.some(heading => heading.id === anchor && githubId(heading.text) === anchor),
            `${file}: ${link}`,
          )
        }
      }
    },
  )

  t.test('every page has a title, an order and a summary', async t => {
    for (const file of documents().filter(name => name !== 'README.md')) {
      const { title, order, summary, problem } = readFrontMatter(read(file))
      t.equal(problem, undefined, file)
      t.ok(title && order !== undefined && summary, file)
    }
  })

  t.test('every environment variable is explained, in the README too', async t => {
    const names = [...read('src/config.ts').matchAll(/\bread\('([A-Z_]+)'\)/g)].map(match => match[1]!)
    t.ok(names.length > 5)
    t.same([...sections('docs/configuration.md', 2).keys()].sort(), [...new Set(names)].sort())
    for (const name of names) t.match(read('README.md'), `| \`${name}\` |`)
  })

  t.test(
    'every error code and every reason has a heading to link to, and no heading is left over',
    async t => {
      const listed = read('src/errors.ts').match(/export type ErrorCode =([\s\S]*?)\n\n/)![1]!
      const codes = [...listed.matchAll(/'(\w+)'/g)].map(match => match[1] as ErrorCode)
      t.ok(codes.length > 10)
      const explained = sections('docs/errors.md', 3)
      const known = [...codes, ...Object.keys(reasons), 'invalid_session', 'invalid_configuration']
      t.same([...explained.keys()].sort(), known.sort())
      for (const code of codes) {
        t.match(explained.get(code)!, `Status ${statusOf(new AppError(code, ''))}`, code)
      }
      for (const reason of Object.keys(reasons)) t.match(explained.get(reason)!, /^\*\*Fix:\*\* /m, reason)
    },
  )

  t.test('every command and every option is in the command-line page', async t => {
    const page = 'docs/command-line.md'
    const explained = sections(page, 2)
    const commands = leaves(buildProgram())
    t.same([...explained.keys()].sort(), commands.map(([name]) => name).sort())
    for (const [name, command] of commands) {
      // An update takes what a creation takes, and its page says so.
      const created = /^(project|client) update$/.exec(name)?.[1]
      const text = explained.get(name)! + (created ? explained.get(`${created} create`) : '')
      for (const option of command.options.filter(each => !each.hidden && each.long !== '--json')) {
        t.match(text, `\`${option.long}\``, `${name} ${option.long}`)
      }
    }
    t.match(read(page), '`--json`')
    t.match(read(page), '`gatepass --version`')
  })

  t.test('--json prints what the command-line page shows', async t => {
    const gatepass = await startApp(t)
    // The commands below go by the machine's clock: what is here before them was made before them.
    gatepass.clock.advance(Date.now() - 3_600_000 - gatepass.clock.now())
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    await gatepass.callback(acme, code)
    await gatepass.callback(acme, code)
    const env = plainEnvironment({ DATABASE_URL: gatepass.config.databaseUrl })
    const arguments_: Record<string, string> = {
      'project create':
        'project create --slug other --name Other --site-url http://other.test --login-url http://login.test',
      'client create':
        'client create --project acme --name Wiki --redirect-uri https://wiki.example.com/callback',
    }
    for (const { kind, about, code: shown } of markedBlocks('docs/command-line.md')) {
      if (kind !== 'shape') continue
      const args = [...(arguments_[about] ?? about).split(' '), '--json']
      const { stdout } = await run(process.execPath, [join(root, 'bin/gatepass.js'), ...args], { env })
      t.same(shapeOf(JSON.parse(stdout)), shapeOf(JSON.parse(shown)), about)
    }
  })
})

function leaves(command: Command, path: readonly string[] = []): [name: string, command: Command][] {
  if (command.commands.length === 0) return [[path.join(' '), command]]
  return command.commands.flatMap(inner => leaves(inner, [...path, inner.name()]))
}

/** Names of members; of a list, those of its first entry. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0])]
  return typeof value === 'object' && value !== null ? Object.keys(value).sort() : typeof value
}
