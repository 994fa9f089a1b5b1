// The snippets, run by the languages that this machine has: each is a login endpoint in front of a real server.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import {
  exampleSnippet,
  fillSnippets,
  type SnippetLanguage,
  snippetLanguages,
} from '../../src/console/snippets/snippets.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { answering, answers, freePort, plainEnvironment } from '../docs/read-docs.ts'
import { cookieOf, startApp, type TestApp, type TestProject } from '../start-app.ts'

const run = promisify(execFile)

interface Runtime {
  /** What must answer for the language to be here. */
  readonly needs: readonly string[]
  /** Runs a file of it; PHP's server is told the port on its command line. */
  readonly command: (file: string, port: number) => readonly string[]
  /** A program that prints literals, each followed by a line of dashes. */
  readonly echo: (literals: readonly string[]) => string
}

const runtimes: Readonly<Record<string, Runtime>> = {
  curl: {
    needs: ['curl', '--version'],
    command: file => ['sh', file],
    echo: literals => literals.map(each => `printf '%s\\n---\\n' ${each}`).join('\n'),
  },
  node: {
    needs: [process.execPath, '--version'],
    command: file => [process.execPath, file],
    echo: literals => literals.map(each => `console.log(${each} + '\\n---')`).join('\n'),
  },
  python: {
    needs: ['python3', '--version'],
    command: file => ['python3', file],
    echo: literals => literals.map(each => `print(${each} + "\\n---")`).join('\n'),
  },
  php: {
    needs: ['php', '--version'],
    command: (file, port) => (port === 0 ? ['php', file] : ['php', '-S', `localhost:${port}`, file]),
    echo: literals => `<?php\n${literals.map(each => `echo ${each}, "\\n---\\n";`).join('\n')}`,
  },
  java: {
    needs: ['java', '--version'],
    command: file => ['java', '-Dfile.encoding=UTF-8', file],
    echo: literals =>
      `public class Echo { public static void main(String[] given) {
        var out = new java.io.PrintStream(System.out, true, java.nio.charset.StandardCharsets.UTF_8);
        ${literals.map(each => `out.print(${each} + "\\n---\\n");`).join('\n')}
      } }`,
  },
  csharp: { needs: ['dotnet', 'run', '--help'], command: file => ['dotnet', 'run', file], echo: () => '' },
  ruby: {
    needs: ['ruby', '-e', 'require "webrick"'],
    command: file => ['ruby', file],
    echo: literals => literals.map(each => `print ${each}, "\\n---\\n"`).join('\n'),
  },
  go: {
    needs: ['go', 'version'],
    command: file => ['go', 'run', file],
    echo: literals =>
      `package main\nimport "fmt"\nfunc main() {\n${literals.map(each => `fmt.Print(${each} + "\\n---\\n")`).join('\n')}\n}`,
  },
}

/** Why a language cannot be run here; it is said aloud in the report. */
function whyNot(id: string): string | false {
  if (id === 'csharp') return 'C# is checked by its text: it needs a project around it, and the .NET SDK'
  const [program, ...args] = runtimes[id]!.needs
  return !answers(program!, ...args) && `${[program, ...args].join(' ')} does not answer on this machine`
}

const hostile = [
  `it's "quoted" \`and\` \\ backslashed \\u0022 \\x27 \\`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what is hostile in a template
  '$& $1 ${HOME} $(id) `id` #{1} {{1}} %s %n <?php ?> */ // # --',
  "'; import os; os.system('id') #",
  '"); System.exit(1); //',
  'Ünïcode 日本語 👍 e\u0301',
  '<script>alert(1)</script>',
  'login_00000000000000000000000000000000',
]

function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-snippet-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function environment(more: Record<string, string>): Record<string, string> {
  return plainEnvironment({
    LANG: 'C.UTF-8',
    GO111MODULE: 'off',
    GOCACHE: join(tmpdir(), 'gatepass-go'),
    ...more,
  })
}

async function listening(t: Test): Promise<{ gatepass: TestApp; acme: TestProject; identity: string }> {
  const port = await freePort()
  const identity = `http://127.0.0.1:${port}`
  const gatepass = await startApp(t, { GATEPASS_URL: identity })
  const acme = await gatepass.project()
  await gatepass.app.listen({ host: '127.0.0.1', port })
  return { gatepass, acme, identity }
}

/** What a browser without a session is given: the query for the login URL, and its cookie. */
async function ask(
  gatepass: TestApp,
  acme: TestProject,
): Promise<{ query: URLSearchParams; cookie: string }> {
  const sent = await gatepass.get(`${acme.siteUrl}/guide?part=2`)
  const query = new URL(sent.headers.location!).searchParams
  return { query, cookie: cookieOf(sent, `gatepass_attempt_${query.get('state')}`)! }
}

/** The snippet with the values of the project; its user has this last name. */
function textFor(language: SnippetLanguage, acme: TestProject, identity: string, lastName: string): string {
  const values = {
    codeGenerationUrl: `${identity}/jwt/generateCode`,
    clientId: acme.clientId,
    loginPath: '/sso/enter%20here',
  }
  const { text } = fillSnippets(values).find(each => each.id === language.id)!
  // The user of the shell is JSON already.
  const literal = language.id === 'curl' ? JSON.stringify(lastName) : language.quote(lastName)
  return text.replace(/(['"])Lovelace\1/, () => literal)
}

/** The name that the site knows the signed-in reader by. */
async function nameAt(gatepass: TestApp, acme: TestProject, callback: string, cookie: string) {
  t.equal((await gatepass.get(callback)).statusCode, 400, 'the code is bound to the browser')
  const arrived = await gatepass.get(callback, { cookie })
  t.equal(arrived.headers.location, `${acme.siteUrl}/guide?part=2`)
  const session = cookieOf(arrived, 'gatepass')!
  return (await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie: session })).json().name
}

t.test('works', async t => {
  for (const language of snippetLanguages.filter(each => each.id !== 'curl')) {
    const skip = whyNot(language.id)
    t.test(`the login endpoint in ${language.title} lets its reader in`, { skip }, async t => {
      const { gatepass, acme, identity } = await listening(t)
      const file = join(folderOf(t), language.file)
      writeFileSync(file, textFor(language, acme, identity, hostile[0]!))
      const port = await freePort()
      const [program, ...args] = runtimes[language.id]!.command(file, port)
      const endpoint = spawn(program!, args, {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: environment({ PORT: String(port), GATEPASS_CLIENT_SECRET: acme.clientSecret }),
        // `go run` starts the program as a child of its own: both are ended.
        detached: true,
      })
      let told = ''
      endpoint.stderr!.setEncoding('utf8').on('data', text => {
        told += text
      })
      t.teardown(() => stop(endpoint))
      const url = `http://localhost:${port}`
      await answering(url, 60).catch(error => t.fail(`${error.message}: ${told}`))

      if (language.id !== 'php') t.equal((await fetch(`${url}/elsewhere`)).status, 404)
      const { query, cookie } = await ask(gatepass, acme)
      const enter = () => fetch(`${url}/sso/enter%20here?${query}`, { redirect: 'manual' })
      const redirected = await enter()
      t.equal(redirected.status, 302, told)
      t.match(redirected.headers.get('cache-control'), /no-store/)
      const name = await nameAt(gatepass, acme, redirected.headers.get('location')!, cookie)
      t.equal(name, `Ada ${hostile[0]}`)

      await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
      const refused = await enter()
      t.equal(refused.status, 502)
      const page = await refused.text()
      t.match(page, /Trace ID: [0-9a-f]{32}/)
      t.match(refused.headers.get('content-type'), /^text\/plain/)
      const [, traceId] = /Trace ID: ([0-9a-f]{32})/.exec(page) ?? []
      t.match((await gatepass.attempt(traceId!)).at(-1), { step: 'code', reason: 'jwt_off' })
      t.notMatch(page + told, acme.clientSecret)
    })
  }

  t.test('the shell script prints the address that lets its reader in', { skip: whyNot('curl') }, async t => {
    const { gatepass, acme, identity } = await listening(t)
    const file = join(folderOf(t), 'login-endpoint.sh')
    writeFileSync(file, textFor(snippetLanguages[0]!, acme, identity, hostile[0]!))
    const { query, cookie } = await ask(gatepass, acme)
    const asked = ['RedirectPath', 'state', 'code_challenge'].map(name => query.get(name)!)
    const env = environment({ GATEPASS_CLIENT_SECRET: acme.clientSecret })
    const { stdout } = await run('sh', [file, ...asked], { env })
    t.equal(await nameAt(gatepass, acme, stdout.trim(), cookie), `Ada ${hostile[0]}`)

    const alone = await run('sh', [file], { env })
    t.equal((await gatepass.get(alone.stdout.trim())).statusCode, 302)
    const odd = await run('sh', [file, '/a"b\\c'], { env })
    t.match(odd.stdout, /\/jwt\/authorize\?code=[\w-]{43}\n$/)

    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    const refused = await run('sh', [file], { env }).catch(error => error)
    t.match(refused, { code: 1, stdout: '', stderr: /"trace_id":"[0-9a-f]{32}"/ })
    const without = await run('sh', [file], { env: environment({}) }).catch(error => error)
    t.match(without.stderr, /GATEPASS_CLIENT_SECRET: is not set/)
  })

  t.test('every snippet has the same parts', async t => {
    for (const language of snippetLanguages) {
      const text = exampleSnippet(language)
      const parts = ['RedirectPath', 'redirectUrl', 'state', 'codeChallenge', 'S256', 'callbackUrl', 'trace']
      const shell = language.id === 'curl' ? ['RedirectPath', 'S256'] : ['S256']
      for (const part of parts.filter(each => !shell.includes(each)))
        t.match(text, part, `${language.id} ${part}`)
      t.match(text, /Replace this: who is signed in/, language.id)
      t.match(text, 'GATEPASS_CLIENT_SECRET', language.id)
      t.notMatch(text, /gps_/, language.id)
      t.ok(
        text.split('\n').every(line => line.length <= 120),
        `${language.id} fits a page`,
      )
      t.ok(text.endsWith('\n'))
    }
  })

  t.test('a project’s values stand in each, once, and its examples no longer', async t => {
    const values = { codeGenerationUrl: 'https://a.test/x', clientId: 'login_1', loginPath: '/enter' }
    for (const { id, text } of fillSnippets(values)) {
      const wanted = Object.values(values).filter(
        value => value !== '/enter' || !['curl', 'php'].includes(id),
      )
      for (const value of wanted) t.equal(text.split(value).length, 2, `${id} ${value}`)
      t.notMatch(text, /id\.example\.com|login_0000|['"]\/login['"]/, id)
    }
  })
})

t.test('resists', async t => {
  for (const { id, title, quote, file: name } of snippetLanguages) {
    const skip = whyNot(id)
    t.test(`values that would end a literal of ${title}`, { skip }, async t => {
      const values = [
        ...hostile,
        'two\nlines\r\tand\u2028more\u0085',
        '\u{1f600}\u0007',
        '\\',
        "\\'",
        '\\"',
        '',
      ]
      const file = join(folderOf(t), name.replace('LoginEndpoint', 'Echo'))
      writeFileSync(file, runtimes[id]!.echo(values.map(quote)))
      const [program, ...args] = runtimes[id]!.command(file, 0)
      const { stdout } = await run(program!, args, { env: environment({}) })
      t.same(stdout.split('\n---\n').slice(0, -1), values)
    })
  }

  t.test('such values in a project: they are filled in as they are, and never looked at again', async t => {
    const values = {
      codeGenerationUrl: `/login' + "/login" $& $1`,
      clientId: 'https://id.example.com/jwt/generateCode',
      loginPath: 'login_00000000000000000000000000000000',
    }
    for (const { id, text } of fillSnippets(values)) {
      const { quote } = snippetLanguages.find(each => each.id === id)!
      t.equal(text.split(quote(values.codeGenerationUrl)).length, 2, id)
      t.equal(text.split(quote(values.clientId)).length, 2, id)
    }
  })

  t.test('halves of characters, and the end of a string in C', async t => {
    for (const { id, quote } of snippetLanguages)
      t.notMatch(quote('a\0b\ud800c'), /\0|\\u?d800|\\U0000d800/, id)
  })
})

async function stop(endpoint: ChildProcess): Promise<void> {
  const ended = once(endpoint, 'exit')
  try {
    process.kill(-endpoint.pid!, 'SIGTERM')
  } catch {
    return // it has ended already
  }
  await ended
}
