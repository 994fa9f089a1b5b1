import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const source = fileURLToPath(new URL('../src/open-log.ts', import.meta.url))

function logging(program: string) {
  const code = `
    import { openLog } from ${JSON.stringify(source)}
    const log = openLog({ logLevel: 'info' })
    ${program}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.stdout.setEncoding('utf8')
  return child
}

t.test('works: a line is written soon, whether or not others come', async t => {
  const child = logging(`log.info('alone'); setInterval(() => {}, 1000)`)
  const [text] = await once(child.stdout, 'data')
  t.equal(JSON.parse(text).msg, 'alone')
  child.kill('SIGKILL')
  await once(child, 'close')
})

const endings = { 'process.exit': 'process.exit(0)', 'an error that nobody caught': 'throw new Error()' }

for (const [ending, code] of Object.entries(endings)) {
  t.test(`resists: what waits is written when the process ends by ${ending}`, async t => {
    const child = logging(`for (let line = 0; line < 10; line++) log.info({ line }, 'last words'); ${code}`)
    let written = ''
    child.stdout.on('data', text => {
      written += text
    })
    await once(child, 'close')
    const lines = written.trimEnd().split('\n')
    t.same(
      lines.map(text => JSON.parse(text).line),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
  })
}
