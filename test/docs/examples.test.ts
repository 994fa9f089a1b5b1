// The examples of the documentation, run by the languages that this machine has.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { cookieOf, startApp, type TestApp, type TestProject } from '../start-app.ts'
import {
  answering,
  answers,
  freePort,
  markedBlock,
  markedBlocks,
  plainEnvironment,
  root,
} from './read-docs.ts'

const run = promisify(execFile)
const page = 'docs/login-endpoint.md'
const user = { name: 'ada', email: 'ada@example.com', groups: ['staff'] }
type Asked = Record<string, string>

/** How to call what an example defines: a program that prints the callback URL. */
const languages: Record<
  string,
  { needs: string[]; program: (code: string, asked: Asked, folder: string) => string[] }
> = {
  curl: {
    needs: ['curl', '--version'],
    program: code => ['sh', '-euc', code],
  },
  node: {
    needs: [process.execPath, '--version'],
    program: (code, asked) => [
      process.execPath,
      '--input-type=module',
      '-e',
      `${code}\nconsole.log(await callbackUrlFor(${JSON.stringify(user)}, ${JSON.stringify(asked)}))`,
    ],
  },
  python: {
    needs: ['python3', '-c', 'import requests'],
    program: (code, asked) => [
      'python3',
      '-c',
      `${code}\nprint(callback_url_for(${JSON.stringify(user)}, ${JSON.stringify(asked)}))`,
    ],
  },
  php: {
    needs: ['php', '-r', 'exit(function_exists("curl_init") ? 0 : 1);'],
    program: (code, asked) => [
      'php',
      '-r',
      `${code}\nfunction told(string $json): array { return json_decode($json, true); }
echo callback_url_for(told('${JSON.stringify(user)}'), told('${JSON.stringify(asked)}'));`,
    ],
  },
  java: {
    needs: ['java', '--version'],
    program(code, asked, folder) {
      const pairs = Object.entries(asked).map(
        pair => `java.util.Map.entry(${pair.map(text => JSON.stringify(text)).join(', ')})`,
      )
      const main = `class Main { public static void main(String[] given) throws Exception {
        System.out.println(Gatepass.callbackUrlFor("${user.name}", "${user.email}", java.util.Map.ofEntries(${pairs.join(', ')})));
      } }`
      writeFileSync(join(folder, 'Main.java'), `${main}\n${code}`)
      return ['java', join(folder, 'Main.java')]
    },
  },
}

const cannotRun: Record<string, string> = {
  csharp: 'a C# example needs a project file and a build, which this test does not set up',
}

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
  for (const { about, code } of markedBlocks(page)) {
    const language = languages[about]
    const skip = language
      ? !answers(language.needs[0]!, ...language.needs.slice(1)) &&
        `${language.needs.join(' ')} does not answer on this machine`
      : (cannotRun[about] ?? false)
    t.test(`the login endpoint in ${about} gets a code that lets its reader in`, { skip }, async t => {
      const { gatepass, acme, identity } = await listening(t)
      const folder = mkdtempSync(join(tmpdir(), 'gatepass-example-'))
      t.teardown(() => rmSync(folder, { recursive: true, force: true }))
      const { asked, cookie } = await ask(gatepass, acme)
      const [program, ...args] = language!.program(code, asked, folder)
      const { stdout } = await run(program!, args, {
        env: plainEnvironment({
          GATEPASS_CODE_URL: `${identity}/jwt/generateCode`,
          GATEPASS_LOGIN_CLIENT: `${acme.clientId}:${acme.clientSecret}`,
        }),
      })
      const callback = about === 'curl' ? JSON.parse(stdout).callbackUrl : stdout.trim()

      if (about !== 'curl')
        t.equal((await gatepass.get(callback)).statusCode, 400, 'the code is bound to the browser')
      const arrived = await gatepass.get(callback, { cookie })
      t.equal(arrived.statusCode, 302)
      const landing = about === 'curl' ? '/' : '/guide?part=2'
      t.equal(arrived.headers.location, acme.siteUrl + landing)
    })
  }

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
})
