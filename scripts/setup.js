// Makes a fresh clone runnable: installs what package-lock.json names, once, and again when it changes.
// Runs before `npm start`, `npm test` and `npm run gatepass`, on whatever Node the machine has.
import { execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const stamp = 'node_modules/.gatepass-installed'
const wanted = createHash('sha256')
  .update(readFileSync('package-lock.json'))
  .update(readFileSync('package.json'))
  .digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.error('gatepass: installing what it needs from npm (once, about a minute) ...')
  // The output goes to stderr: `npm run --silent gatepass -- ... --json` keeps stdout for its answer.
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms.
  execSync('npm install --no-save --include=dev --loglevel=error --no-audit --no-fund', {
    stdio: ['ignore', process.stderr, process.stderr],
  })
  execSync('npm exec -- tap build', { stdio: ['ignore', process.stderr, process.stderr] })
  writeFileSync(stamp, wanted)
}
