// Proves that the package works where nothing of this checkout is: packs it, installs the tarball into an empty folder
// beside a Node of its own, and goes through one handoff there. Run it with: npm run check:package
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'gatepass-package-'))
const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
const env = {
  // As in a shell of its user: npx puts node_modules/.bin first, and nothing of the checkout is on the way.
  PATH: [join(folder, 'node_modules/.bin'), ...process.env.PATH.split(delimiter).filter(isForeign)].join(
    delimiter,
  ),
  ...Object.fromEntries(Object.entries(process.env).filter(([key]) => isPassedOn(key))),
}

try {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', folder, ...quiet], { cwd: '.' }),
  )
  checkFiles(packed.files.map(file => file.path))
  const size = `${packed.files.length} files, ${Math.round(packed.size / 1024)} KiB packed`
  say(`packed ${packed.filename}: ${size}`)

  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  run('npm', ['install', join(folder, packed.filename), 'node@24', ...quiet])
  say(`installed: ${readdirSync(join(folder, 'node_modules')).length} packages side by side`)

  const told = run('npx', ['--no-install', 'gatepass', '--version']).trim()
  expect(told === version, `gatepass --version says ${told}`)

  const port = await freePort()
  Object.assign(env, {
    ...{ PORT: String(port), HOST: '127.0.0.1', GATEPASS_URL: `http://localhost:${port}` },
    ...{ NODE_ENV: 'production', GATEPASS_SECRET: 'of the package check, and of nothing else' },
  })
  const npx = spawn('npx', ['--no-install', 'gatepass', 'serve'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let log = ''
  npx.stdout.setEncoding('utf8').on('data', text => {
    log += text
  })
  const ended = once(npx, 'exit')
  try {
    await answering(`http://localhost:${port}/healthz`)
    say(`serves on port ${port}`)
    await handOff(port)
    verifyOutside(port)
    compileOutside()
  } catch (error) {
    npx.kill()
    throw error
  }
  // npx passes no signal on; every line of the log says who the server is.
  process.kill(JSON.parse(log.split('\n')[0]).pid, 'SIGTERM')
  const [code] = await ended
  expect(code === 0, `SIGTERM ends it with ${code}`)
  const silent = await fetch(`http://localhost:${port}/healthz`).then(
    () => false,
    () => true,
  )
  expect(silent, 'nothing answers after the stop')
  say(`${name} ${version} installs, serves, hands a reader over and stops`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** What the package is to carry, all of it and nothing else. */
function checkFiles(files) {
  const required = [
    'package.json',
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'bin/gatepass.js',
    'docs/index.md',
  ]
  const missing = [
    ...required,
    'dist/src/cli.js',
    'dist/migrations/index.js',
    'dist/src/client/verifier.js',
    'dist/src/client/verifier.d.ts',
    'dist/src/site/assets/site.css',
  ]
    .filter(file => !files.includes(file))
    .join(', ')
  expect(missing === '', `the package lacks ${missing || 'nothing'}`)
  const carried =
    /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|bin\/gatepass\.js|docs\/.+|dist\/(src|migrations)\/.+)$/
  const types = /^dist\/src\/client\/.+\.d\.ts$/
  const foreign = files.filter(
    file =>
      !carried.test(file) ||
      /(^|\/)(test|data)\/|\.(db|secret|env|map)$/.test(file) ||
      (file.endsWith('.ts') && !types.test(file)),
  )
  expect(foreign.length === 0, `the package carries nothing foreign ${foreign.join(', ')}`)
}

async function handOff(port) {
  const project = JSON.parse(
    run('npx', [
      ...['--no-install', 'gatepass', 'project', 'create', '--slug', 'acme', '--name', 'Acme', '--json'],
      ...['--site-url', `http://acme.localhost:${port}`, '--login-url', 'http://localhost:4000/login'],
    ]),
  )
  const credentials = `${project.clientId}:${project.clientSecret}`
  const reader = JSON.stringify({ username: 'ada', emailId: 'ada@example.com' })
  const json = ['-H', 'content-type: application/json', '-d', reader]
  const pushed = JSON.parse(
    run('curl', ['-sS', '--fail', '-u', credentials, ...json, project.codeGenerationUrl]),
  )
  const resolve = ['--resolve', `acme.localhost:${port}:127.0.0.1`]
  const jar = join(folder, 'cookies')
  const callback = `${project.callbackUrl}?code=${pushed.code}`
  const arrived = run('curl', ['-sS', '-i', ...resolve, '-c', jar, callback])
  expect(/^HTTP\/1\.1 302 /.test(arrived), 'the callback signs the reader in')
  const who = run('curl', [
    '-sS',
    '--fail',
    ...resolve,
    '-b',
    jar,
    `http://acme.localhost:${port}/gate/userinfo`,
  ])
  expect(who.includes('ada@example.com'), 'the site knows the reader')
  const again = run('curl', ['-sS', '-o', join(folder, 'again'), '-w', '%{http_code}', ...resolve, callback])
  expect(again === '400', `the code works once; a second time it is a ${again}`)
}

/** The client kit as a program of somebody else imports it. */
function verifyOutside(port) {
  const program = `
    import { createVerifier } from 'gatepass/client'
    const issuer = 'http://localhost:${port}'
    const { verifyToken } = createVerifier({ issuer, audience: issuer })
    const header = Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"nobody"}').toString('base64url')
    console.log(await verifyToken(header + '.e30.AAAA').catch(error => error.problem))`
  writeFileSync(join(folder, 'verify.mjs'), program)
  const problem = run('node', ['verify.mjs']).trim()
  expect(problem === 'wrong_signature', `gatepass/client refuses a forged token: ${problem}`)
}

/** And as one in TypeScript does: its types are there, and a mistake is found. */
function compileOutside() {
  const program = audience => `
    import { createVerifier, TokenError, type TokenClaims } from 'gatepass/client'
    const { verifyToken } = createVerifier({ issuer: 'https://sso.example.com', audience: ${audience} })
    export const who = async (token: string): Promise<TokenClaims['sub'] | undefined> =>
      verifyToken(token).then(claims => claims.sub, error => {
        if (error instanceof TokenError && error.problem === 'expired') return undefined
        throw error
      })`
  const compiler = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url))
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--skipLibCheck',
    'false',
    '--ignoreConfig',
  ]
  const compiles = audience => {
    writeFileSync(join(folder, 'verify.mts'), program(audience))
    return spawnSync(compiler, [...options, 'verify.mts'], { cwd: folder, env, encoding: 'utf8' })
  }
  const good = compiles(`'https://sso.example.com'`)
  expect(good.status === 0, `a program in TypeScript compiles with gatepass/client: ${good.stdout}`)
  const wrong = compiles('42')
  expect(wrong.stdout.includes('TS2322'), `and is told of a wrong type: ${wrong.stdout}`)
}

async function answering(url) {
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await pause(50)
  }
  expect(false, `${url} answers within 20 s`)
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

function run(command, args, options = {}) {
  return execFileSync(command, args, {
    cwd: options.cwd ?? folder,
    env: options.cwd ? process.env : env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function isForeign(path) {
  return !path.startsWith(process.cwd())
}

// npm tells its children about the checkout, and a developer may have exported settings of Gatepass.
function isPassedOn(key) {
  return !/^(path|npm_.*|node|node_options|node_env|init_cwd|gatepass_.*|port|host|database_url|trust_proxy|log_level)$/i.test(
    key,
  )
}

function expect(holds, sentence) {
  if (!holds) throw new Error(`package check: expected that ${sentence}`)
}

function say(sentence) {
  console.log(`package check: ${sentence}`)
}
