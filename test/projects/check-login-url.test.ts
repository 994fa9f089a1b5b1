// The checker of login URLs against applications of every kind, from good to gone: all of them real servers.
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import t, { type Test } from 'tap'
import {
  createOutboundFetch,
  OutboundError,
  type OutboundOptions,
} from '../../src/platform/outbound-fetch.ts'
import type { NewProject } from '../../src/projects/create-project.ts'
import { checkLoginUrl } from '../../src/projects/login-url/check-login-url.ts'
import type { LoginCheck } from '../../src/projects/login-url/finding.ts'
import { readLoginPage } from '../../src/projects/login-url/read-login-page.ts'
import { whyNoAnswer } from '../../src/projects/login-url/why-no-answer.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { startApp } from '../start-app.ts'

interface Settings {
  readonly path?: string
  readonly project?: Partial<NewProject>
  readonly production?: boolean
  readonly outbound?: Partial<OutboundOptions>
}

/** Checks the login URL of an application that answers like this. */
async function check(t: Test, answer: RequestListener, settings: Settings = {}): Promise<LoginCheck> {
  return await checkAt(t, `${await listen(t, answer)}${settings.path ?? '/login'}`, settings)
}

async function checkAt(t: Test, loginUrl: string, settings: Settings = {}): Promise<LoginCheck> {
  const gatepass = await startApp(t)
  const acme = await gatepass.project({ ...settings.project, loginUrl })
  const registry = createRegistry(gatepass.database.read)
  await registry.refresh()
  const fetch = createOutboundFetch({ allowPrivateNetworks: true, ...settings.outbound })
  const deps = { ...gatepass.rules, fetch, production: settings.production ?? false }
  return await checkLoginUrl(deps, registry.projectById(acme.id)!)
}

async function listen(t: Test, answer: RequestListener, address = '127.0.0.1'): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>(ready => server.listen(0, address, ready))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://${address}:${(server.address() as AddressInfo).port}`
}

const html =
  (body: (query: URLSearchParams) => string, status = 200): RequestListener =>
  (request, response) => {
    const { searchParams } = new URL(request.url!, 'http://login.test')
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(body(searchParams))
  }
const redirect =
  (to: (query: string) => string, status = 302): RequestListener =>
  (request, response) =>
    void response.writeHead(status, { location: to(request.url!.split('?')[1] ?? '') }).end()

const password = '<input name=p type="password">'
const hidden = (query: URLSearchParams) =>
  [...query].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('')
const goodPage = html(query => `<form action="/enter" method="post">${hidden(query)}${password}</form>`)

const levels = ({ findings }: LoginCheck) => findings.map(finding => finding.level)
/** Exactly one finding, which is no praise, says this and what to do. */
function says(t: Test, result: LoginCheck, level: 'warning' | 'problem', sentence: RegExp): void {
  const bad = result.findings.filter(finding => finding.level !== 'ok')
  t.equal(result.verdict, level)
  t.equal(bad.length, 1, JSON.stringify(bad))
  t.match(bad[0], { level, sentence, fix: /\w/ })
}

t.test('works', async t => {
  t.test('a login page that carries everything along is good', async t => {
    const asked: string[] = []
    const result = await check(t, (request, response) => {
      asked.push(request.url!)
      goodPage(request, response)
    })
    t.same([result.verdict, levels(result)], ['ok', ['ok', 'ok']])
    t.match(result.findings, [{ sentence: /password field/ }, { sentence: /are kept/ }])
    t.equal(asked.length, 1)
    const query = new URL(asked[0]!, 'http://login.test').searchParams
    t.match(query.get('RedirectPath'), /^\/[a-z-]+$/)
    t.match(query.get('state'), /^[0-9a-f]{32}$/)
    t.match(query.get('code_challenge'), /^[\w-]{43}$/)
    t.equal(query.get('code_challenge_method'), 'S256')
  })

  t.test('so is one whose form is sent to its own address, or that a session remembers', async t => {
    const itself = html(() => `<form method=post><input type=password></form>`)
    t.equal((await check(t, itself)).verdict, 'ok')
    const remembered = await check(t, (request, response) => {
      response.setHeader('set-cookie', `asked=${encodeURIComponent(request.url!)}; HttpOnly`)
      html(() => `<form action="/enter" method="post">${password}</form>`)(request, response)
    })
    t.equal(remembered.verdict, 'ok')
  })

  t.test('redirects are followed, cookies kept, and the way is shown without values', async t => {
    const result = await check(t, (request, response) => {
      const { pathname, search } = new URL(request.url!, 'http://login.test')
      if (pathname === '/login') {
        response.setHeader('set-cookie', 'seen=1; Path=/; HttpOnly')
        return redirect(query => `/sign-in?continueTo=${encodeURIComponent(`/login?${query}`)}`)(
          request,
          response,
        )
      }
      if (request.headers.cookie !== 'seen=1') return redirect(() => `/login${search}`)(request, response)
      return html(() => `<form method="post">${password}</form>`)(request, response)
    })
    t.equal(result.verdict, 'ok')
    t.match(result.findings[0], {
      level: 'ok',
      sentence: /redirects once, to http:.*\/sign-in\?continueTo=\.\.\.\.$/,
    })
    t.match(result.visited, [
      { url: /\/login\?RedirectPath=\.\.\.&state=\.\.\.&code_challenge=\.\.\.&/, status: 302 },
      { url: /\/sign-in\?continueTo=\.\.\.$/, status: 200 },
    ])
    t.notMatch(JSON.stringify(result), /gatepass-login-check|[0-9a-f]{32}/)
  })

  t.test('a page that answers 401 and shows its login form is a login page', async t => {
    t.equal(
      (
        await check(
          t,
          html(query => `<form>${hidden(query)}${password}</form>`, 401),
        )
      ).verdict,
      'ok',
    )
  })

  t.test('the login page of a site that runs elsewhere may be on its host', async t => {
    const origin = await listen(t, goodPage)
    const result = await checkAt(t, `${origin}/login`, { project: { siteUrl: origin, siteElsewhere: true } })
    t.equal(result.verdict, 'ok')
  })
})

t.test('finds', async t => {
  const wrong: Record<string, [RequestListener, 'warning' | 'problem', RegExp, Settings?]> = {
    'a wrong path': [html(() => 'no', 404), 'problem', /\/login answers 404\.$/],
    'an application that fails': [html(() => 'oh', 500), 'problem', /answers 500/],
    'an endpoint that takes no GET': [html(() => 'no', 405), 'problem', /answers 405/],
    'a door that is shut': [html(() => 'no', 403), 'problem', /answers 403/],
    'too many visits': [html(() => 'later', 429), 'warning', /answers 429/],
    'authentication by HTTP': [
      (_, response) => void response.writeHead(401, { 'www-authenticate': 'Negotiate' }).end(),
      'warning',
      /asks for Negotiate authentication/,
    ],
    'an address of an API': [
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      'problem',
      /is application\/json, not a page/,
    ],
    'an empty answer': [(_, response) => void response.writeHead(204).end(), 'problem', /is an empty page/],
    'a page without a password field': [
      html(query => `<form>${hidden(query)}<input type=email></form>`),
      'warning',
      /without a password field/,
    ],
    'a login page that loses all parameters': [
      html(() => `<form action="/enter" method="post">${password}</form>`),
      'warning',
      /loses RedirectPath, state, code_challenge: the code will not be bound/,
    ],
    'a form that is sent with GET to its own address': [
      html(() => `<form>${password}</form>`),
      'warning',
      /loses RedirectPath, state, code_challenge/,
    ],
    'a login page that loses the page that was wanted': [
      html(
        query =>
          `<form action=/enter><input value=${query.get('state')} type=hidden><a href="?c=${query.get('code_challenge')}">${password}`,
      ),
      'warning',
      /loses RedirectPath: readers will land on the first page/,
    ],
    'a login page that loses what binds, where that is required': [
      html(() => `<form action="/enter" method="post">${password}</form>`),
      'problem',
      /this project refuses every code/,
      { project: { binding: 'required' } },
    ],
    'the same with a session that may remember it': [
      (request, response) => {
        response.setHeader('set-cookie', 'session=x')
        html(() => `<form action="/enter" method="post">${password}</form>`)(request, response)
      },
      'warning',
      /unless your application remembers it in its session/,
      { project: { binding: 'required' } },
    ],
    'an endpoint that signs everybody in': [
      redirect(() => 'http://acme.test/jwt/authorize?code=x'),
      'problem',
      /signs everybody in without asking/,
    ],
    'one that goes to the callback at the identity server': [
      redirect(() => 'http://id.test/jwt/authorize?code=x'),
      'problem',
      /signs everybody in without asking/,
    ],
    'an endpoint that sends readers in a circle': [
      redirect(() => 'http://acme.test/docs'),
      'problem',
      /leads back to the knowledge base without a code/,
    ],
    'a redirect to nowhere': [
      (_, response) => void response.writeHead(302).end(),
      'problem',
      /answers 302, a redirect, and does not say where to/,
    ],
    'a redirect to an app': [redirect(() => 'northwind://sign-in?x'), 'problem', /not http or https/],
    'a page without encryption in production': [
      goodPage,
      'problem',
      /is visited without encryption/,
      { production: true },
    ],
    'an answer that breaks off': [
      request => void request.socket.destroy(),
      'problem',
      /broke the connection off/,
    ],
    'a name that nobody knows': [
      redirect(() => 'http://sso.example/'),
      'problem',
      /The name sso\.example has no address/,
      { outbound: { resolve: async () => [] } },
    ],
    'a redirect to a port where nothing listens': [
      redirect(() => 'https://127.0.0.1:1/'),
      'problem',
      /127\.0\.0\.1:1 refuses the connection/,
    ],
  }
  for (const [what, [answer, level, sentence, settings]] of Object.entries(wrong)) {
    t.test(what, async t => says(t, await check(t, answer, settings), level, sentence))
  }

  t.test('redirects without an end, of which five are followed', async t => {
    let visits = 0
    const circle: RequestListener = (request, response) => {
      visits++
      redirect(query => `/login?${query}`)(request, response)
    }
    says(t, await check(t, circle), 'problem', /After 5 redirects/)
    t.equal(visits, 6)
  })

  t.test('an application that is down', async t => {
    says(t, await checkAt(t, 'http://127.0.0.1:1/login'), 'problem', /127\.0\.0\.1:1 refuses the connection/)
  })

  t.test('a port that speaks no TLS, and one that speaks no HTTP', async t => {
    const plain = await listen(t, goodPage)
    says(t, await checkAt(t, plain.replace('http', 'https')), 'problem', /does not speak TLS/)
    const socket = createSocketServer(connection => connection.end('220 mail.example ESMTP\r\n'))
    await new Promise<void>(ready => socket.listen(0, '127.0.0.1', ready))
    t.teardown(() => socket.close())
    const { port } = socket.address() as AddressInfo
    says(t, await checkAt(t, `http://127.0.0.1:${port}/`), 'problem', /is not HTTP/)
  })

  t.test('certificates that browsers refuse, by what is wrong with them', async t => {
    const words: Record<string, RegExp> = {
      CERT_HAS_EXPIRED: /has expired/,
      DEPTH_ZERO_SELF_SIGNED_CERT: /signed by itself/,
      UNABLE_TO_VERIFY_LEAF_SIGNATURE: /its chain is not complete/,
      ERR_TLS_CERT_ALTNAME_INVALID: /is for another name/,
    }
    for (const [code, sentence] of Object.entries(words)) {
      const error = new OutboundError('no_connection', 'no', Object.assign(new Error(code), { code }))
      t.match(whyNoAnswer(new URL('https://sso.example/'), error), { level: 'problem', sentence, fix: /\w/ })
    }
  })
})

t.test('resists', async t => {
  t.test('a way to a private address, at the first step and by a redirect', async t => {
    let visits = 0
    const inside = await listen(
      t,
      (_, response) => {
        visits++
        response.end()
      },
      '127.0.0.3',
    )
    const outbound = { allowPrivateNetworks: false }
    says(
      t,
      await checkAt(t, `${inside}/login`, { outbound }),
      'problem',
      /127\.0\.0\.3:\d+ is a private address/,
    )
    const metadata = redirect(() => 'http://169.254.169.254/latest/meta-data/')
    says(t, await check(t, metadata), 'problem', /169\.254\.169\.254 is a private address/)
    t.equal(visits, 0)
  })

  t.test('an application that is slow, or that sends without end', async t => {
    const outbound = { timeLimit: 100 }
    says(t, await check(t, () => {}, { outbound }), 'problem', /gave no whole answer in 5 seconds/)
    const large: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(Buffer.alloc(10 * 1024 * 1024, 'x'))
    }
    says(t, await check(t, large), 'warning', /more than a login page needs/)
  })

  t.test('codes: one that comes with a redirect is not spent', async t => {
    const gatepass = await startApp(t)
    const code = await gatepass.code(await gatepass.project())
    let visits = 0
    const site = await listen(t, (_, response) => {
      visits++
      response.end()
    })
    const result = await check(
      t,
      redirect(() => `${site}/jwt/authorize?code=${code}`),
      {
        project: { siteUrl: site },
      },
    )
    says(t, result, 'problem', /signs everybody in/)
    t.equal(visits, 0)
    t.notMatch(JSON.stringify(result), code)
  })

  t.test('cookies of one host at another, and cookies that no header can carry', async t => {
    const seen: (string | undefined)[] = []
    const other = await listen(
      t,
      (request, response) => {
        seen.push(request.headers.cookie)
        goodPage(request, response)
      },
      '127.0.0.2',
    )
    const result = await check(t, (request, response) => {
      seen.push(request.headers.cookie)
      const odd = ['bad=\u00e9\u0080', `long=${'x'.repeat(5000)}`, '=;', '', 'gone=1; Max-Age=0']
      response.setHeader('set-cookie', ['session=secret', ...odd])
      const next = request.url!.startsWith('/again') ? other : '/again'
      redirect(query => `${next}?${query}`)(request, response)
    })
    t.equal(result.verdict, 'ok')
    t.same(seen, [undefined, 'session=secret; bad=', undefined])
  })

  t.test('pages made to be read slowly', async t => {
    const started = performance.now()
    const pages = ['<form '.repeat(40_000), `<input ${' type '.repeat(40_000)}`, '<'.repeat(250_000)]
    for (const page of [...pages, ...pages.map(each => `${each}>`)]) readLoginPage(page)
    t.ok(performance.now() - started < 1_000)
  })
})
