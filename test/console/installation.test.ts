// The page of the installation: what runs here, and never the secret.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readConfig, shownConfig } from '../../src/config.ts'
import { startApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const secret = 'a-secret-that-nobody-may-see-0123456789'

t.test('works: what runs here, and every variable that sets it', async t => {
  const gatepass = await startApp(t, { TRUST_PROXY: 'loopback,10.0.0.0/8', ATTEMPT_DAYS: '7' })
  await gatepass.project()
  const started = gatepass.clock.now()
  gatepass.clock.minutes(150)
  const { body } = await (await administrator(gatepass)).get('/console/settings')
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  t.match(body, `Gatepass</dt><dd>${version}<`)
  t.match(body, process.version)
  t.match(body, /Started<\/dt><dd><time[^>]*>2 h ago/)
  t.match(body, new Date(started).toISOString())
  t.match(body, join(gatepass.folder, 'gatepass.db'))
  t.match(body, /[\d.]+ (KiB|MiB), and [\d.]+ (bytes|KiB|MiB) in its log/)
  t.match(body, /version \d+ \([a-z-]+\)/)
  t.match(body, /loopback, 10\.0\.0\.0\/8/)
  t.match(body, /7 days/)
  const documented = [...readFileSync('docs/configuration.md', 'utf8').matchAll(/^## ([A-Z_]+)$/gm)]
  t.ok(documented.length > 8)
  for (const [, variable] of documented) t.match(body, `<code class="whole">${variable}</code>`, variable!)
  t.notMatch(body, /<form method="post" action="\/console\/settings/, 'nothing is changed here')
})

t.test('works: a file name that a shell would take apart is quoted in the command', async t => {
  const gatepass = await startApp(t)
  const { body } = await (await administrator(gatepass)).get('/console/settings')
  t.match(body, /sqlite3 [\w./-]+ &#34;\.backup/)
})

t.test('resists: the secret is never shown', async t => {
  const gatepass = await startApp(t, { GATEPASS_SECRET: secret })
  const { body } = await (await administrator(gatepass)).get('/console/settings')
  t.match(body, /GATEPASS_SECRET/)
  t.match(body, /is set, and never shown/)
  t.notMatch(body, secret)
  const config = readConfig({
    NODE_ENV: 'test',
    GATEPASS_SECRET: secret,
    DATABASE_URL: gatepass.config.databaseUrl,
  })
  t.notMatch(JSON.stringify(shownConfig(config)), secret)
})
