// The rules of the house that a machine can check: which way imports point, who may touch what, what files are called.
// Each rule is proved to bite on a file made up for it, so that a rule which stopped looking is noticed.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Parts of src/, each free to import those before it and never those after it. */
const order = [
  ...[
    'platform',
    'errors',
    'db',
    'audit',
    'passwords',
    'keys',
    'projects',
    'administrators',
    'accounts',
    'configuration',
    'readers',
    'tokens',
    'sessions',
  ],
  ...[
    'codes',
    'upstream',
    'oidc',
    'attention',
    'http',
    'site',
    'central',
    'api',
    'console',
    'demo',
    'listen',
    'announce',
    'app',
    'stop',
    'open-log',
    'purge',
    'start-jobs',
    'say-ready',
    'workers',
    'serve-alone',
    'main',
    'capacity',
    'cli',
  ],
]

type Sources = Readonly<Record<string, string>>

/** A sentence for every violation, beginning with the file that commits it. */
type Rule = (sources: Sources) => string[]

const rules: Record<string, { check: Rule; breaks: Sources; says: RegExp; everywhere?: true }> = {
  'imports point one way, from what uses to what is used': {
    check: eachImport((file, target) => {
      const [from, to] = [order.indexOf(partOf(file)), order.indexOf(partOf(target))]
      return from >= 0 && to > from && `imports ${target}, an arrow that runs back`
    }),
    breaks: { 'src/db/sqlite.ts': "import { redeemCode } from '../codes/redeem-code.ts'" },
    says: /db\/sqlite\.ts imports src\/codes\/redeem-code\.ts, an arrow that runs back/,
  },
  'every part of src/ has its place in the order': {
    check: sources =>
      Object.keys(sources)
        .filter(file => file.startsWith('src/') && !['config', 'client', ...order].includes(partOf(file)))
        .map(file => `${file} is in a part that the order does not know`),
    breaks: { 'src/misc/things.ts': '' },
    says: /misc\/things\.ts is in a part/,
  },
  'who administers and who reads know nothing of each other': {
    check: eachImport((file, target) => {
      const pair = [partOf(file), partOf(target)].sort().join(' ')
      return pair === 'accounts administrators' && `imports ${target}`
    }),
    breaks: { 'src/accounts/account.ts': "import { roles } from '../administrators/principal.ts'" },
    says: /accounts\/account\.ts imports src\/administrators\/principal\.ts/,
  },
  'the configuration is for what wires and starts, and rests on platform alone': {
    check: eachImport((file, target) => {
      if (
        target === 'src/config.ts' &&
        ![
          'demo',
          'listen',
          'announce',
          'app',
          'start-jobs',
          'say-ready',
          'workers',
          'serve-alone',
          'main',
          'cli',
        ].includes(partOf(file))
      )
        return `imports ${target}`
      return file === 'src/config.ts' && partOf(target) !== 'platform' && `imports ${target}`
    }),
    breaks: { 'src/codes/code.ts': "import type { Config } from '../config.ts'" },
    says: /codes\/code\.ts imports src\/config\.ts/,
  },
  'the client kit carries no server code': {
    check: eachImport(
      (file, target) => partOf(file) === 'client' && partOf(target) !== 'client' && `imports ${target}`,
    ),
    breaks: { 'src/client/verify.ts': "export { sha256 } from '../platform/hashing.ts'" },
    says: /client\/verify\.ts imports src\/platform\/hashing\.ts/,
  },
  'migrations are for db alone, and know nothing of the program': {
    check: eachImport((file, target) => {
      if (file.startsWith('migrations/') && target.startsWith('src/')) return `imports ${target}`
      return target.startsWith('migrations/') && !/^(src\/db|migrations)\//.test(file) && `imports ${target}`
    }),
    breaks: { 'src/app.ts': "const all = await import('../migrations/index.ts')" },
    says: /src\/app\.ts imports migrations\/index\.ts/,
  },
  'only doors know the web framework, and only the command line its parser': {
    check: eachPackage((file, name) => {
      const part = partOf(file)
      if (/^(fastify|@fastify\/.*)$/.test(name)) {
        return (
          !['http', 'site', 'central', 'api', 'console', 'demo', 'app', 'listen', 'stop', 'main'].includes(
            part,
          ) && `imports ${name}`
        )
      }
      return name === 'commander' && part !== 'cli' && `imports ${name}`
    }),
    breaks: { 'src/codes/redeem-code.ts': "import type { FastifyRequest } from 'fastify'" },
    says: /redeem-code\.ts imports fastify/,
  },
  'queries stand in stores, not in doors': {
    check: eachFile(
      (file, code) =>
        ['http', 'site', 'central', 'api', 'console', 'demo', 'app', 'main', 'cli'].includes(partOf(file)) &&
        /\.(selectFrom|insertInto|updateTable|deleteFrom)\(/.test(code) &&
        'holds a query',
    ),
    breaks: { 'src/http/token.ts': "await db.selectFrom('codes').execute()" },
    says: /http\/token\.ts holds a query/,
  },
  'the environment is read in config.ts alone': {
    check: eachFile(
      (file, code) =>
        file !== 'src/config.ts' &&
        /\bprocess\s*(\?\.|\.)\s*env\b|process\s*\[|\benv\b[^;\n]*from 'node:process'/.test(code) &&
        'reads the environment',
    ),
    breaks: { 'src/main.ts': 'const port = process.env.PORT' },
    says: /src\/main\.ts reads the environment/,
  },
  'the time comes from platform/clock.ts alone': {
    check: eachFile(
      (file, code) =>
        file !== 'src/platform/clock.ts' &&
        /\bDate\.now\b|\bnew Date(?!\w)(?!\()|\bnew Date\(\s*\)|(?<!new )\bDate\(/.test(code) &&
        'asks for the time itself',
    ),
    breaks: { 'src/codes/code.ts': 'const now = new Date()' },
    says: /codes\/code\.ts asks for the time itself/,
  },
  'a module is named where it is imported, never computed': {
    check: eachFile(
      (_, code) => /\bimport\(\s*[^'\s]|\brequire\(/.test(code) && 'imports what nobody can read off',
    ),
    breaks: { 'src/site/site.ts': 'await import(nameOf(page))' },
    says: /site\/site\.ts imports what nobody can read off/,
  },
  'files do not import each other in a circle': {
    check: findCircles,
    breaks: {
      'src/db/a.ts': "import { b } from './b.ts'",
      'src/db/b.ts': "import { c } from './c.ts'",
      'src/db/c.ts': "import type { A } from './a.ts'",
    },
    says: /a\.ts -> src\/db\/b\.ts -> src\/db\/c\.ts -> src\/db\/a\.ts/,
  },
  'an import leads to a file that is there': {
    check: sources =>
      importsOf(sources)
        .filter(({ target }) => sources[target] === undefined && !existsSync(posix.join(root, target)))
        .map(({ file, target }) => `${file} imports ${target}, which is not there`),
    breaks: { 'src/app.ts': "import './nowhere.ts'" },
    says: /src\/app\.ts imports src\/nowhere\.ts, which is not there/,
  },
  'names are in kebab-case': {
    everywhere: true,
    check: eachFile(
      file =>
        !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.(test|d))?\.ts$/.test(file) &&
        'is not in kebab-case',
    ),
    breaks: { 'src/codes/redeemCode.ts': '' },
    says: /redeemCode\.ts is not in kebab-case/,
  },
  'names say what is inside': {
    everywhere: true,
    check: eachFile(
      file =>
        /(?<![a-z])(utils?|helpers?|managers?|services?|common|misc)(?![a-z])/.test(file) &&
        'has a name that says nothing',
    ),
    breaks: { 'src/codes/code-helpers.ts': '' },
    says: /code-helpers\.ts has a name that says nothing/,
  },
  'exports have names': {
    check: eachFile(
      (file, code) => !file.startsWith('test/') && /^export default\b/m.test(code) && 'has a default export',
    ),
    breaks: { 'src/app.ts': 'export default function app() {}' },
    says: /src\/app\.ts has a default export/,
  },
}

const program = readSources('src', 'migrations')
const everything = { ...program, ...readSources('test', 'bench') }

t.test('the house', async t => {
  t.ok(Object.keys(program).length > 50, 'its files were found')
  for (const [name, { check, everywhere }] of Object.entries(rules)) {
    t.same(check(everywhere ? everything : program), [], name)
  }
})

t.test('each rule bites', async t => {
  for (const [name, { check, breaks, says }] of Object.entries(rules)) {
    t.match(check(breaks).join('\n'), says, name)
  }
})

t.test('every module can be loaded on its own, and does nothing then but define', async t => {
  const before = process.getActiveResourcesInfo()
  const faults: string[] = []
  // Nothing is asserted meanwhile: what writes an assertion out would count as opened.
  for (const file of Object.keys(program)) {
    await import(new URL(`../${file}`, import.meta.url).href).catch(error => faults.push(`${file}: ${error}`))
  }
  // What a module loader leaves for the next turn is not a module's own.
  await new Promise(done => setImmediate(done))
  const opened = process.getActiveResourcesInfo().filter(kind => !before.includes(kind))
  t.same(faults, [])
  t.same(opened, [], 'nothing was opened, and no timer is running')
})

function readSources(...folders: string[]): Sources {
  const files = folders.flatMap(folder =>
    existsSync(posix.join(root, folder))
      ? readdirSync(posix.join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter(file => file.endsWith('.ts'))
          .map(file => posix.join(folder, file.replaceAll('\\', '/')))
      : [],
  )
  return Object.fromEntries(files.sort().map(file => [file, readFileSync(posix.join(root, file), 'utf8')]))
}

/** `src/codes/code.ts` is of the part `codes`, `src/app.ts` of `app`. */
function partOf(file: string): string {
  return file.startsWith('src/') ? file.split('/')[1]!.replace(/\.ts$/, '') : file.split('/')[0]!
}

/** The source without its comments, which may mention what code may not do. */
function codeOf(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

function specifiersOf(source: string): string[] {
  const found = codeOf(source).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^']+)'/g)
  return [...found].map(match => match[1]!)
}

function importsOf(sources: Sources): { file: string; target: string }[] {
  return Object.entries(sources).flatMap(([file, source]) =>
    specifiersOf(source)
      .filter(specifier => specifier.startsWith('.'))
      .map(specifier => ({ file, target: posix.join(posix.dirname(file), specifier) })),
  )
}

function eachImport(problem: (file: string, target: string) => string | false): Rule {
  return sources =>
    importsOf(sources).flatMap(({ file, target }) => {
      const said = problem(file, target)
      return said ? [`${file} ${said}`] : []
    })
}

function eachPackage(problem: (file: string, name: string) => string | false): Rule {
  return sources =>
    Object.entries(sources).flatMap(([file, source]) =>
      specifiersOf(source)
        .filter(specifier => !specifier.startsWith('.'))
        .flatMap(name => problem(file, name) || [])
        .map(said => `${file} ${said}`),
    )
}

function eachFile(problem: (file: string, code: string) => string | false): Rule {
  return sources =>
    Object.entries(sources).flatMap(([file, source]) => {
      const said = problem(file, codeOf(source))
      return said ? [`${file} ${said}`] : []
    })
}

function findCircles(sources: Sources): string[] {
  const targets = Map.groupBy(importsOf(sources), ({ file }) => file)
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) return void circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (done.has(file)) return
    for (const { target } of targets.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of Object.keys(sources)) visit(file, [])
  return circles
}

t.test('the picture of the folders and the table beside it name every folder', async t => {
  const folders = readdirSync(posix.join(root, 'src'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
  const picture = readFileSync(posix.join(root, 'docs/images/layers.svg'), 'utf8')
  const page = readFileSync(posix.join(root, 'docs/architecture.md'), 'utf8')
  for (const folder of folders) {
    t.match(page, `| \`src/${folder}\` |`)
    // The client kit stands alone.
    if (folder !== 'client') t.match(picture, `>${folder}</text>`)
  }
})
