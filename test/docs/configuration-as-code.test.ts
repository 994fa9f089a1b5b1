// The example of the page about configuration as code, applied as it stands there.
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { startApp } from '../start-app.ts'
import { markedBlock, plainEnvironment, root } from './read-docs.ts'

const page = 'docs/configuration-as-code.md'
const run = promisify(execFile)

t.test('works', async t => {
  t.test('what the page shows is what is printed', async t => {
    const { config, folder } = await startApp(t)
    const env = plainEnvironment({ DATABASE_URL: config.databaseUrl, GATEPASS_DEMO: 'off' })
    const gatepass = async (...args: string[]) => {
      const command = [join(root, 'bin/gatepass.js'), ...args]
      const done = run(process.execPath, command, { env, cwd: folder }).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
      )
      const { stdout, ...rest } = await done
      return { ...rest, stdout: stdout.replaceAll(folder, '/srv/acme') }
    }
    mkdirSync(join(folder, 'help'))
    for (const file of ['acme.yaml', 'wrong.yaml']) {
      writeFileSync(join(folder, file), `${markedBlock(page, file)}\n`)
    }
    const planned = { code: 2, stdout: `${markedBlock(page, 'plan')}\n`, stderr: '' }
    t.same(await gatepass('apply', 'acme.yaml', '--plan'), planned)
    t.match(await gatepass('apply', 'acme.yaml'), { code: 0, stdout: /^4 created/m, stderr: '' })
    t.match(await gatepass('apply', 'acme.yaml'), { code: 0, stdout: 'Nothing to change.\n' })
    const wrong = await gatepass('apply', 'wrong.yaml')
    t.same(wrong, { code: 1, stdout: '', stderr: `${markedBlock(page, 'wrong')}\n` })

    t.match(await gatepass('export', '--output', 'gatepass.yaml'), {
      code: 0,
      stdout: '1 project in gatepass.yaml.\n',
    })
    t.match(await gatepass('apply', 'gatepass.yaml', '--plan', '--prune'), { code: 0 })
  })
})
