// Makes a fresh clone runnable: installs what package-lock.json names, once, and again when it changes.
// Runs before `npm start`, `npm test` and `npm run gatepass`, on whatever Node the machine has.
// With --check it installs nothing, and its exit code says whether there is anything to install.
import { execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
// It lies in the folder that `npm ci` empties first: an install that was cut off leaves none behind.
const stamp = 'node_modules/.gatepass-installed'
const { allowScripts, tap } = JSON.parse(readFileSync('package.json', 'utf8'))
const wanted = createHash('sha256')
  .update(readFileSync('package-lock.json'))
  .update(JSON.stringify([allowScripts, tap.plugin, process.platform, process.arch]))
  .digest('hex')

const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
if (process.argv.includes('--check')) process.exit(installed ? 0 : 1)

if (!installed) {
  // npm would empty the folder behind the link, which is somebody else's.
  if (lstatSync('node_modules', { throwIfNoEntry: false })?.isSymbolicLink()) {
    stop(
      'node_modules is a link to another folder, and what lies there is not what package-lock.json names. Remove the link.',
    )
  }
  console.error('gatepass: installing what it needs from npm (once, about a minute) ...')
  run('npm ci --include=dev --engine-strict=false --loglevel=error --no-audit --no-fund')
  if (!existsSync('node_modules/node/bin')) {
    stop(
      'npm ran no install scripts, so the Node that Gatepass brings along is missing. ' +
        'Allow them (npm config set ignore-scripts false) and try again.',
    )
  }
  run('npm exec --loglevel=error -- tap build')
  writeFileSync(stamp, wanted)
}

function run(command) {
  // `npm --prefix here start` passes its prefix on, which would lead npm astray a second time.
  const { npm_config_prefix: _, npm_config_local_prefix: __, ...env } = process.env
  try {
    // The output goes to stderr: `npm run --silent gatepass -- ... --json` keeps stdout for its answer.
    execSync(command, { stdio: ['ignore', process.stderr, process.stderr], env })
  } catch {
    stop(`"${command}" failed; what went wrong stands above. Put it right and run the same again.`)
  }
}

function stop(sentence) {
  console.error(`gatepass: ${sentence}`)
  process.exit(1)
}
