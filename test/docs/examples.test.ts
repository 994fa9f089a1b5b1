// The examples of the documentation, run as they stand there; the login endpoints are run in test/console/snippets.test.ts.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { exampleSnippet, snippetLanguages } from '../../src/console/snippets/snippets.ts'
import { cookieOf, startApp, type TestApp, type TestProject } from '../start-app.ts'
import { answering, freePort, markedBlock, markedBlocks, plainEnvironment, root } from './read-docs.ts'

const run = promisify(execFile)
type Asked = Record<string, string>

async function listening(t: Test): Promise<{ gatepass: TestApp; acme: TestProject; identity: string }> {
  const port = await freePort()
  const identity = `http://127.0.0.1:${port}`
  const gatepass = await startApp(t, { GATEPASS_URL: identity })
  const acme = await gatepass.project()
  await gatepass.group(acme, 'staff')
  await gatepass.app.listen({ host: '127.0.0.1', port })
  return { gatepass, acme, identity }
}

/** What a browser without a session is given: the query for the login URL, and its cookie. */
async function ask(gatepass: TestApp, acme: TestProject): Promise<{ asked: Asked; cookie: string }> {
  const sent = await gatepass.get(`${acme.siteUrl}/guide?part=2`)
  const asked = Object.fromEntries(new URL(sent.headers.location!).searchParams)
  return { asked, cookie: cookieOf(sent, `gatepass_attempt_${asked.state}`)! }
}

t.test('works', async t => {
  t.test('the login endpoints are the snippets of the console, to the letter', async t => {
    const shown = markedBlocks('docs/login-endpoint.md').filter(({ kind }) => kind === 'snippet')
    t.same(
      shown.map(({ about }) => about),
      snippetLanguages.map(({ file }) => file),
    )
    for (const language of snippetLanguages) {
      const block = shown.find(({ about }) => about === language.file)
      t.equal(block?.language, language.highlight, language.file)
      t.equal(block?.code, exampleSnippet(language).trimEnd(), `docs/login-endpoint.md: ${language.file}`)
    }
  })

  t.test('the endpoint of Getting started signs everybody in as Ada', async t => {
    const { gatepass, acme, identity } = await listening(t)
    const port = await freePort()
    const code = markedBlock('docs/getting-started.md', 'demo-endpoint.mjs')
    const endpoint = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: 'ignore',
      env: plainEnvironment({
        CODE_URL: `${identity}/jwt/generateCode`,
        LOGIN_CLIENT: `${acme.clientId}:${acme.clientSecret}`,
        PORT: String(port),
      }),
    })
    const ended = once(endpoint, 'exit')
    t.teardown(async () => {
      endpoint.kill()
      await ended
    })
    await answering(`http://localhost:${port}/`)

    const { asked, cookie } = await ask(gatepass, acme)
    const query = new URLSearchParams(asked)
    const redirected = await fetch(`http://localhost:${port}/login?${query}`, { redirect: 'manual' })
    const arrived = await gatepass.get(redirected.headers.get('location')!, { cookie })
    t.equal(arrived.headers.location, `${acme.siteUrl}/guide?part=2`)
    const reader = await gatepass.get(`${acme.siteUrl}/gate/userinfo`, {
      cookie: cookieOf(arrived, 'gatepass')!,
    })
    t.equal(reader.json().name, 'Ada Lovelace')
  })

  t.test('an ID token is verified with the published keys as the page shows', async t => {
    const { gatepass, acme, identity } = await listening(t)
    // The example checks times by the machine's clock.
    gatepass.clock.advance(Date.now() - gatepass.clock.now())
    const swapped = await gatepass.swap(acme, await gatepass.code(acme, { readerGroupIds: ['staff'] }))
    const { stdout } = await run(
      process.execPath,
      ['--input-type=module', '-e', markedBlock('docs/knowledge-base.md', 'jose')],
      {
        cwd: root,
        env: plainEnvironment({
          ISSUER: identity,
          SITE_CLIENT_ID: acme.siteClientId,
          ID_TOKEN: swapped.json().id_token,
        }),
      },
    )
    t.match(stdout, /ada@example\.com \[ 'staff' \]/)
  })

  t.test('an API verifies an access token with the client kit as the page shows', async t => {
    const { gatepass, acme, identity } = await listening(t)
    gatepass.clock.advance(Date.now() - gatepass.clock.now())
    const { access_token: token } = (await gatepass.swap(acme, await gatepass.code(acme))).json()
    const verify = async (clientId: string) => {
      const code = markedBlock('docs/provider-tokens.md', 'verify')
      // From the sources, which the package has as compiled files.
      const options = ['--conditions=gatepass-source', '--input-type=module', '-e', code]
      const env = plainEnvironment({ ISSUER: identity, ACCESS_TOKEN: token, CLIENT_ID: clientId })
      return (await run(process.execPath, options, { cwd: root, env })).stdout
    }
    t.match(await verify(acme.siteClientId), /^reader [0-9a-f-]{36} may openid/)
    t.equal(await verify('site_other'), 'refused: wrong_client\n')
  })
})
