// `gatepass key`, as an operator types it.
import t from 'tap'
import { generateSigningKey } from '../../src/keys/signing-key.ts'
import { newHome, runCommand } from '../start-server.ts'

const home = newHome()
t.teardown(() => home.remove())

const run = async (...args: string[]) => {
  const { code, stdout, stderr } = await runCommand(['key', ...args], { env: home.env })
  return { code, stdout, stderr }
}
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout)
const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await json('list')).map((key: { kid: string; state: string }) => [key.kid, key.state]))

t.test('key rotate, list and remove lead a key through its life', async t => {
  t.match((await run('list')).stdout, /No keys yet/)
  const first = await json('rotate')
  t.strictSame(await states(), { [first.kid]: 'signing' })

  const next = await json('rotate')
  t.match(next, { algorithm: 'ES256', retires: first.kid })
  t.strictSame(await states(), { [first.kid]: 'signing', [next.kid]: 'waiting' })
  t.match(await run('rotate'), { code: 1, stderr: /published already.*--now/ })

  const { stdout } = await run('list')
  t.match(stdout, /^KID +ALG +STATE +PUBLISHED +SIGNS FROM +SIGNS UNTIL +PUBLISHED UNTIL$/m)
  t.match(
    stdout,
    new RegExp(`^${first.kid} +ES256 +signing( +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ){4}$`, 'm'),
  )
  t.match(stdout, new RegExp(`^${next.kid} +ES256 +waiting( +\\d{4}\\S+ \\S+Z){2} +- +-$`, 'm'))

  t.match((await run('rotate', '--now')).stdout, new RegExp(`${next.kid} is published and signs from now on`))
  t.strictSame(await states(), { [first.kid]: 'retiring', [next.kid]: 'signing' })

  const { replacement } = await json('remove', next.kid)
  t.strictSame(await states(), { [first.kid]: 'retiring', [next.kid]: 'removed', [replacement]: 'signing' })
  t.match(await run('remove', next.kid), { code: 1, stderr: /No key .* is in use/ })
})

t.test('a key of another algorithm is rotated by its name', async t => {
  const { kid } = await json('rotate', '--algorithm', 'EdDSA')
  t.match(await states(), { [kid]: 'signing' })
  t.equal((await run('rotate', '--algorithm', 'HS256')).code, 2)
})

t.test('no key has an ID that the command line takes for an option', async t => {
  const made = await Promise.all(Array.from({ length: 500 }, () => generateSigningKey('EdDSA')))
  t.strictSame(
    made.filter(({ kid }) => kid.startsWith('-')),
    [],
  )
})
