import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const executable = fileURLToPath(new URL('../../bin/gatepass.js', import.meta.url))

/** A Node on this machine that is too old for Gatepass. */
const oldNode = ['/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)]
  .map(folder => join(folder, 'node'))
  .find(file => existsSync(file) && Number.parseInt(versionOf(file), 10) < 22)

t.test(
  'a Node that is too old is told in one sentence what to do',
  {
    skip: oldNode === undefined && 'there is no old Node on this machine',
  },
  async t => {
    for (const args of [[], ['serve'], ['project', 'list', '--json']]) {
      const { status, stdout, stderr } = spawnSync(oldNode!, [executable, ...args], {
        encoding: 'utf8',
        env: {},
      })
      t.equal(status, 1)
      t.equal(stdout, '')
      t.match(
        stderr,
        /^gatepass needs Node 22\.18 or newer and this is Node \d+\.\d+\.\d+\. Use the npm scripts.*\n$/,
      )
    }
  },
)

function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { encoding: 'utf8', env: {} }).slice(1)
}
