// Binding a code to the browser that asked (contract, section 3), and what a browser's own session heals.
import { createHash } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { type Ask, Jar } from '../jar.ts'
import { startApp, type TestApp, type TestProject } from '../start-app.ts'

const bob = { username: 'bob', firstName: 'Bob', lastName: 'Ray', emailId: 'bob@example.com' }

/** Asks for a page without a session, as a browser does; what the site sends to the login URL comes back. */
async function begin(browser: Jar, acme: TestProject, path = '/guide') {
  const asked = await browser.get(`${acme.siteUrl}${path}`)
  const query = new URL(asked.headers.location!).searchParams
  return {
    state: query.get('state')!,
    codeChallenge: query.get('code_challenge')!,
    codeChallengeMethod: query.get('code_challenge_method')!,
  }
}

function callback(acme: TestProject, code: string, query = ''): string {
  return `${acme.siteUrl}/jwt/authorize?code=${code}${query}`
}

/** The reader's answer to the question on a page. */
function answer(url: string, page: LightMyRequestResponse, words: string, more: Partial<Ask> = {}): Ask {
  const half = page.body.match(/name="half" value="([^"]*)"/)?.[1] ?? ''
  const origin = new URL(url).origin
  return { url, form: { half, answer: words }, ...more, headers: { origin, ...more.headers } }
}

async function whoReads(browser: Jar, acme: TestProject): Promise<string | undefined> {
  const response = await browser.get(`${acme.siteUrl}/gate/userinfo`)
  return response.statusCode === 200 ? response.json().email : undefined
}

function startAgain(page: LightMyRequestResponse): string | undefined {
  return page.body.match(/<a class="button" href="([^"]*)"/)?.[1]?.replaceAll('&#61;', '=')
}

async function unspent(gatepass: TestApp, { id }: TestProject): Promise<number> {
  const codes = gatepass.database.read.selectFrom('codes').select('redeemed_at').where('project_id', '=', id)
  return (await codes.execute()).filter(code => code.redeemed_at === null).length
}

async function stepsOf(gatepass: TestApp, traceId: string) {
  const steps = await gatepass.attempt(traceId)
  return steps.map(({ step, outcome, reason }) => [step, outcome, reason])
}

t.test('works', async t => {
  for (const binding of ['off', 'confirm', 'required'] as const) {
    t.test(`${binding}: a login endpoint that echoes the challenge lets its reader in, unasked`, async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project({ binding })
      const browser = new Jar(gatepass.app)
      const code = await gatepass.code(acme, await begin(browser, acme))
      const arrived = await browser.get(callback(acme, code, '&redirectUrl=/guide'))
      t.equal(arrived.statusCode, 302)
      t.equal(arrived.headers.location, 'http://acme.test/guide')
      t.equal(await whoReads(browser, acme), 'ada@example.com')
    })
  }

  t.test('off: a code that is bound to nobody opens the site in any browser', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const browser = new Jar(gatepass.app)
    t.equal((await browser.get(callback(acme, await gatepass.code(acme)))).statusCode, 302)
  })

  t.test('confirm: the reader is asked who they are, and Continue spends the code', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm', name: 'Acme Help' })
    const browser = new Jar(gatepass.app)
    const { code, traceId } = (await gatepass.push(acme)).json()
    const url = callback(acme, code, '&redirectUrl=/guide?part=2')

    const page = await browser.get(url)
    t.equal(page.statusCode, 200)
    t.match(page.body, '<h1>Continue as ada@example.com?</h1>')
    t.match(page.body, 'Ada Lovelace')
    t.match(page.body, 'Acme Help')
    t.match(page.body, 'login.acme.test')
    t.notMatch(page.body, '<script')
    t.equal(page.headers['cache-control'], 'no-store')
    t.equal(page.headers['referrer-policy'], 'strict-origin')
    t.equal(await whoReads(browser, acme), undefined)

    const arrived = await browser.post(answer(url, page, 'continue'))
    t.equal(arrived.statusCode, 303)
    t.equal(arrived.headers.location, 'http://acme.test/guide?part=2')
    t.equal(await whoReads(browser, acme), 'ada@example.com')
    t.same(browser.names(), ['gatepass'], 'the question is forgotten')

    t.same(await stepsOf(gatepass, traceId), [
      ['code', 'passed', null],
      ['confirm', 'passed', null],
      ['swap', 'passed', null],
    ])
    t.match((await gatepass.attempt(traceId))[2]!.detail, { confirmed: true })
  })

  t.test(
    'confirm: the cookie of the question is Strict, hidden from scripts, and of this host alone',
    async t => {
      const gatepass = await startApp(t)
      const plain = await gatepass.project({ binding: 'confirm' })
      const secure = await gatepass.project({ binding: 'confirm', slug: 'b', siteUrl: 'https://b.test' })
      const cookieAt = async (project: TestProject) =>
        String((await gatepass.callback(project, await gatepass.code(project))).headers['set-cookie'])
      const rest = /_question_[0-9a-f]{16}=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Strict/
      t.match(await cookieAt(plain), new RegExp(`^gatepass${rest.source}$`))
      t.match(await cookieAt(secure), new RegExp(`^__Host-gatepass${rest.source}; Secure$`))
    },
  )

  t.test('confirm: "not me" ends the code and leads to a sign-in of one’s own', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const browser = new Jar(gatepass.app)
    const { code, traceId } = (await gatepass.push(acme)).json()
    const url = callback(acme, code, '&redirectUrl=/guide')
    const page = await browser.get(url)
    const refused = await browser.post(answer(url, page, 'not-me'))
    t.equal(refused.statusCode, 200)
    t.match(refused.body, '<meta http-equiv="refresh" content="0; url=/guide">')
    t.equal(startAgain(refused), '/guide')
    t.match((await browser.get(`${acme.siteUrl}/guide`)).headers.location, 'http://login.acme.test/login?')
    t.same((await stepsOf(gatepass, traceId)).at(-1), ['confirm', 'failed', 'confirm_refused'])
    t.equal((await new Jar(gatepass.app).get(url)).statusCode, 400, 'nobody can use the link')
  })

  t.test('confirm: a double click opens one session, and both answers lead to it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const browser = new Jar(gatepass.app)
    const url = callback(acme, await gatepass.code(acme))
    const click = answer(url, await browser.get(url), 'continue')
    const asItWas = browser.copy()
    t.equal((await asItWas.post(click)).statusCode, 303, 'its answer is lost on the way')
    t.equal((await browser.post(click)).statusCode, 303)
    t.equal(await whoReads(browser, acme), 'ada@example.com')
    t.equal(await whoReads(asItWas, acme), 'ada@example.com', 'it is the same session')
  })

  t.test('confirm: a page that was opened twice asks again and then lets in', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const browser = new Jar(gatepass.app)
    const url = callback(acme, await gatepass.code(acme))
    const first = await browser.get(url)
    await browser.get(url)
    const again = await browser.post(answer(url, first, 'continue'))
    t.equal(again.statusCode, 403)
    t.match(again.body, 'Continue as ada@example.com?')
    t.equal((await browser.post(answer(url, again, 'continue'))).statusCode, 303)
  })

  t.test('confirm: two tabs with two questions can both be answered', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const browser = new Jar(gatepass.app)
    const urls = [callback(acme, await gatepass.code(acme)), callback(acme, await gatepass.code(acme))]
    const pages = [await browser.get(urls[0]!), await browser.get(urls[1]!)]
    for (const tab of [0, 1]) {
      t.equal((await browser.post(answer(urls[tab]!, pages[tab]!, 'continue'))).statusCode, 303)
    }
    t.equal(await whoReads(browser, acme), 'ada@example.com')
  })

  t.test('an answer that comes too late is told so, and starts again at its page', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const browser = new Jar(gatepass.app)
    const url = callback(acme, await gatepass.code(acme, { redirectUrl: '/pushed' }))
    const page = await browser.get(url)
    gatepass.clock.seconds(60)
    const late = await browser.post(answer(url, page, 'continue'))
    t.equal(late.statusCode, 400)
    t.match(late.body, 'opened too late')
    t.equal(startAgain(late), '/pushed')
  })

  t.test('two tabs that began to sign in both arrive, and share the session of the last', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'required' })
    const browser = new Jar(gatepass.app)
    const [one, two] = [await begin(browser, acme, '/one'), await begin(browser, acme, '/two')]
    for (const tab of [two, one]) {
      const code = await gatepass.code(acme, tab)
      t.equal((await browser.get(callback(acme, code))).statusCode, 302)
      t.equal(await whoReads(browser, acme), 'ada@example.com')
    }
  })

  t.test(
    'a browser that repeats the callback before the first answer arrives gets the same session',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project({ binding: 'required' })
      const browser = new Jar(gatepass.app)
      const url = callback(acme, await gatepass.code(acme, await begin(browser, acme)))
      const asItWas = browser.copy()
      t.equal((await browser.get(url)).statusCode, 302)
      t.equal((await asItWas.get(url)).statusCode, 302)
      t.equal(asItWas.value('gatepass'), browser.value('gatepass'))
      t.equal(await whoReads(browser, acme), 'ada@example.com')
    },
  )

  t.test('an attempt that ran out starts again at its own page', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'required' })
    const browser = new Jar(gatepass.app)
    const attempt = await begin(browser, acme, '/guide')
    browser.forget()
    for (const [payload, query, page] of [
      [attempt, '', '/guide'],
      [{ ...attempt, redirectUrl: '/pushed' }, '', '/pushed'],
      [{ ...attempt, redirectUrl: '/pushed' }, '&redirectUrl=/asked?a=1', '/asked?a=1'],
      [{}, `&state=${attempt.state}`, '/guide'],
      [{}, '', '/'],
      [attempt, '&redirectUrl=//evil.test', '/'],
    ] as const) {
      const refused = await browser.get(callback(acme, await gatepass.code(acme, payload), query))
      t.equal(refused.statusCode, 400)
      t.equal(startAgain(refused), page)
    }
    const still = new Jar(gatepass.app)
    await begin(still, acme, '/older')
    gatepass.clock.seconds(1)
    await begin(still, acme, '/newest')
    t.equal(startAgain(await still.get(callback(acme, await gatepass.code(acme)))), '/newest')
  })
})

t.test('heals', async t => {
  const cases: [string, (gatepass: TestApp, acme: TestProject, browser: Jar) => Promise<string>][] = [
    ['malformed', async () => 'nonsense'],
    ['unknown', async () => 'A'.repeat(43)],
    [
      'expired',
      async (gatepass, acme) => {
        const code = await gatepass.code(acme)
        gatepass.clock.seconds(60)
        return code
      },
    ],
    [
      'used long ago by this browser',
      async (gatepass, acme, browser) => {
        const code = await gatepass.code(acme, await begin(new Jar(gatepass.app), acme))
        await browser.get(callback(acme, code))
        gatepass.clock.seconds(90)
        return code
      },
    ],
    [
      'bound to another browser',
      async (gatepass, acme) => gatepass.code(acme, await begin(new Jar(gatepass.app), acme)),
    ],
    ['bound to none', async (gatepass, acme) => gatepass.code(acme)],
    ['of another project', async gatepass => gatepass.code(await gatepass.project({ slug: 'other' }))],
  ]
  for (const binding of ['confirm', 'required'] as const) {
    for (const [name, make] of cases) {
      t.test(
        `${binding}: a code that is ${name} leads a signed-in reader on, their session as it was`,
        async t => {
          const gatepass = await startApp(t)
          const acme = await gatepass.project({ binding })
          const browser = new Jar(gatepass.app)
          await browser.get(callback(acme, await gatepass.code(acme, await begin(browser, acme))))
          const before = browser.value('gatepass')
          const code = await make(gatepass, acme, browser)
          const arrived = await browser.get(callback(acme, code, '&redirectUrl=/guide'))
          t.equal(arrived.statusCode, 302)
          t.equal(arrived.headers.location, 'http://acme.test/guide')
          t.equal(browser.value('gatepass'), before)
          t.equal(await whoReads(browser, acme), 'ada@example.com')
        },
      )
    }
  }

  t.test('a code used by this browser leads on for as long as its session lives', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const browser = new Jar(gatepass.app)
    const url = callback(acme, await gatepass.code(acme, { tokenValidity: 10 }))
    await browser.get(url)
    gatepass.clock.minutes(9)
    t.equal((await browser.get(url)).statusCode, 302)
    gatepass.clock.minutes(1)
    t.equal((await browser.get(url)).statusCode, 400)
  })

  t.test('a code whose session was replaced in this same browser leads on with the new one', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const browser = new Jar(gatepass.app)
    const first = callback(acme, await gatepass.code(acme))
    await browser.get(first)
    await browser.get(callback(acme, await gatepass.code(acme)))
    t.equal((await browser.get(first)).statusCode, 302)
    t.equal(await whoReads(browser, acme), 'ada@example.com')
  })

  t.test('another reader’s code is never swallowed: the page says so and leads to one’s own', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'required' })
    const browser = new Jar(gatepass.app)
    await browser.get(callback(acme, await gatepass.code(acme, await begin(browser, acme))))
    const code = await gatepass.code(acme, bob)
    const refused = await browser.get(callback(acme, code, '&redirectUrl=/guide'))
    t.equal(refused.statusCode, 400)
    t.equal(startAgain(refused), '/guide')
    t.equal(await whoReads(browser, acme), 'ada@example.com')
  })

  t.test('confirm: who is signed in as somebody else is told, and asked', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const browser = new Jar(gatepass.app)
    await browser.get(callback(acme, await gatepass.code(acme, await begin(browser, acme))))
    const url = callback(acme, await gatepass.code(acme, bob))
    const page = await browser.get(url)
    t.equal(page.statusCode, 200)
    t.match(page.body, /Signed in now<\/dt><dd>ada@example\.com/)
    t.equal(await whoReads(browser, acme), 'ada@example.com', 'so far nothing has changed')
    await browser.post(answer(url, page, 'continue'))
    t.equal(await whoReads(browser, acme), 'bob@example.com')
  })
})

t.test('refuses', async t => {
  t.test('required: a code that is bound to no browser, also at the token endpoint', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'required' })
    const { code, traceId } = (await gatepass.push(acme)).json()
    const refused = await gatepass.callback(acme, code)
    t.equal(refused.statusCode, 400)
    t.match(refused.body, 'has to begin at the knowledge base itself')
    t.match((await gatepass.swap(acme, code)).json(), { error: 'invalid_grant' })
    t.same((await stepsOf(gatepass, traceId)).slice(1), [
      ['swap', 'failed', 'not_begun_here'],
      ['swap', 'failed', 'not_begun_here'],
    ])
  })

  t.test('confirm: a code bound to another browser is refused, nobody is asked', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const code = await gatepass.code(acme, await begin(new Jar(gatepass.app), acme))
    const url = callback(acme, code)
    const refused = await new Jar(gatepass.app).get(url)
    t.equal(refused.statusCode, 400)
    t.notMatch(refused.body, 'Continue as')
  })

  t.test('state alone proves nothing, in the push or in the callback URL', async t => {
    const gatepass = await startApp(t)
    for (const [binding, status] of [
      ['confirm', 200],
      ['required', 400],
    ] as const) {
      const acme = await gatepass.project({ binding, slug: binding })
      const browser = new Jar(gatepass.app)
      const { state } = await begin(browser, acme)
      const code = await gatepass.code(acme, { state })
      t.equal((await browser.get(callback(acme, code, `&state=${state}`))).statusCode, status, binding)
    }
  })

  t.test('settings that are no binding', async t => {
    const gatepass = await startApp(t)
    for (const binding of ['on', '', null, true]) {
      const refusal = await gatepass.project({ binding: binding as 'off' }).catch(error => error)
      t.same(refusal.fields, [{ field: 'binding', problem: 'must be one of off, confirm, required' }])
    }
  })

  t.test('an answer without question, code or sense: 4xx and nothing spent', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const url = callback(acme, await gatepass.code(acme))
    const browser = new Jar(gatepass.app)
    for (const ask of [
      { url, form: {} },
      { url, form: { half: '', answer: 'continue' } },
      { url, form: { half: 'A'.repeat(43), answer: 'continue' } },
      { url: `${acme.siteUrl}/jwt/authorize`, form: { half: 'A'.repeat(43), answer: 'continue' } },
      { url, json: '{"half": 1, "answer": "continue"}' },
      { url, json: '[]' },
      { url, json: 'null' },
      { url, form: {}, headers: { 'content-type': 'text/plain' } },
    ] as Ask[]) {
      const { statusCode } = await browser.post(ask)
      t.ok(statusCode >= 400 && statusCode < 500, `${JSON.stringify(ask.form ?? ask.json)}: ${statusCode}`)
    }
    const page = await browser.get(url)
    t.equal((await browser.post(answer(url, page, 'continue'))).statusCode, 303)
  })
})

t.test('resists', async t => {
  t.test('login CSRF: a foreign code in an empty browser signs nobody in and stays unspent', async t => {
    const gatepass = await startApp(t)
    for (const [binding, status] of [
      ['confirm', 200],
      ['required', 400],
    ] as const) {
      const acme = await gatepass.project({ binding, slug: binding })
      const attacker = new Jar(gatepass.app)
      const bound = await gatepass.code(acme, { ...bob, ...(await begin(attacker, acme)) })
      const free = await gatepass.code(acme, bob)
      const victim = new Jar(gatepass.app)
      t.equal((await victim.get(callback(acme, free))).statusCode, status)
      t.equal((await victim.get(callback(acme, bound))).statusCode, 400)
      await begin(victim, acme)
      t.equal((await victim.get(callback(acme, bound))).statusCode, 400, 'nor with an attempt of its own')
      t.equal(await whoReads(victim, acme), undefined)
      t.equal((await attacker.get(callback(acme, bound))).statusCode, 302, 'it stayed unspent')
      t.same(await unspent(gatepass, acme), 1, 'and so did the other')
    }
  })

  t.test('login CSRF: "Continue" that another site posts, or that was asked elsewhere', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const { code, traceId } = (await gatepass.push(acme, bob)).json()
    const url = callback(acme, code)
    const attacker = new Jar(gatepass.app)
    const page = await attacker.get(url)
    const victim = new Jar(gatepass.app)
    await victim.get(url)
    const own = await victim.get(url)
    const forged: [string, Ask][] = [
      ['the half of the attacker’s page', answer(url, page, 'continue')],
      ['another origin', answer(url, own, 'continue', { headers: { origin: 'http://evil.test' } })],
      ['an opaque origin', answer(url, own, 'continue', { headers: { origin: 'null' } })],
      ['a sibling host', answer(url, own, 'continue', { headers: { 'sec-fetch-site': 'same-site' } })],
      ['without the cookie', { ...answer(url, own, 'continue'), without: true }],
    ]
    for (const [name, ask] of forged) {
      const browser = victim.copy()
      t.equal((await browser.post(ask)).statusCode, 403, name)
      t.equal(await whoReads(browser, acme), undefined, name)
    }
    const other = await gatepass.code(acme)
    const swapped = { ...answer(callback(acme, other), own, 'continue') }
    t.equal((await victim.copy().post(swapped)).statusCode, 403, 'the answer to another question')
    t.same((await stepsOf(gatepass, traceId)).at(-1), ['confirm', 'failed', 'confirm_forged'])
    t.equal((await victim.post(answer(url, own, 'continue'))).statusCode, 303, 'the code is still good')
  })

  t.test('login CSRF: an answer counts for its own question, and never beside a planted cookie', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const browser = new Jar(gatepass.app)
    const [one, two] = [callback(acme, await gatepass.code(acme)), callback(acme, await gatepass.code(acme))]
    const page = await browser.get(one)
    const [ofOne] = browser.names()
    const elsewhere = new Jar(gatepass.app)
    await elsewhere.get(two)
    const [ofTwo] = elsewhere.names()
    elsewhere.set(ofTwo!, browser.value(ofOne!)!)
    const moved = await elsewhere.post(answer(two, page, 'continue'))
    t.equal(moved.statusCode, 403, 'the secret of one question under the name of another')

    const own = `${ofOne}=${browser.value(ofOne!)}`
    for (const cookie of [`${own}; ${ofOne}=planted`, `${ofOne}=planted; ${own}`]) {
      const tossed = await browser.copy().post(answer(one, page, 'continue', { headers: { cookie } }))
      t.equal(tossed.statusCode, 403, cookie.replace(/=[^;]*/g, ''))
    }
  })

  t.test('login CSRF: another site’s "not me" burns no code', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const browser = new Jar(gatepass.app)
    const url = callback(acme, await gatepass.code(acme))
    const page = await browser.get(url)
    const ask = answer(url, page, 'not-me', { headers: { origin: 'http://evil.test' } })
    t.equal((await browser.post(ask)).statusCode, 403)
    t.equal((await browser.post(answer(url, page, 'continue'))).statusCode, 303)
  })

  t.test('session fixation: what was planted never becomes a session, and B’s sign-in ends A’s', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'required' })
    const browser = new Jar(gatepass.app)
    const planted = 'A'.repeat(43)
    browser.set('gatepass', planted)
    await browser.get(callback(acme, await gatepass.code(acme, await begin(browser, acme))))
    const adas = browser.value('gatepass')
    t.not(adas, planted)
    const thief = new Jar(gatepass.app)
    thief.set('gatepass', planted)
    t.equal(await whoReads(thief, acme), undefined)

    const other = new Jar(gatepass.app)
    const bobs = await gatepass.code(acme, { ...bob, ...(await begin(other, acme)) })
    other.set('gatepass', adas!)
    await other.get(callback(acme, bobs))
    t.equal(await whoReads(other, acme), 'bob@example.com')
    t.equal(await whoReads(browser, acme), undefined)
  })

  t.test('session fixation: a planted attempt or question gives its author no session', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const attacker = new Jar(gatepass.app)
    const attempt = await begin(attacker, acme)
    const victim = attacker.copy() // the attacker's cookies, tossed into the victim's browser
    const code = await gatepass.code(acme, attempt)
    await victim.get(callback(acme, code))
    t.equal(await whoReads(victim, acme), 'ada@example.com')
    for (const guess of ['A'.repeat(43), 'nonsense']) {
      await attacker.get(callback(acme, guess))
      t.equal(await whoReads(attacker, acme), undefined)
    }
  })

  t.test('burning somebody’s code: who may not redeem it does not spend it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'required' })
    const other = await gatepass.project({ slug: 'other' })
    const browser = new Jar(gatepass.app)
    const code = await gatepass.code(acme, await begin(browser, acme))
    t.equal((await gatepass.callback(acme, code)).statusCode, 400)
    t.equal((await gatepass.callback(other, code)).statusCode, 400)
    t.equal((await gatepass.swap(other, code)).statusCode, 400)
    t.equal((await gatepass.swap(acme, code)).statusCode, 400)
    t.equal((await gatepass.swap(acme, code, { code_verifier: 'A'.repeat(43) })).statusCode, 400)
    const ahead = { 'sec-purpose': 'prefetch' }
    t.equal((await browser.copy().get(callback(acme, code), ahead)).statusCode, 403)
    await gatepass.app.inject({ method: 'HEAD', url: callback(acme, code) })
    t.equal((await browser.get(callback(acme, code))).statusCode, 302)
  })

  t.test('burning somebody’s code: "not me" said at another project’s site', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const other = await gatepass.project({ binding: 'confirm', slug: 'other' })
    const code = await gatepass.code(acme)
    const browser = new Jar(gatepass.app)
    const page = await browser.get(callback(acme, code))
    const still = browser.copy()
    await browser.post(answer(callback(other, code), page, 'not-me'))
    t.equal((await still.post(answer(callback(acme, code), page, 'continue'))).statusCode, 303)
  })

  t.test('a swap is never repeated, by whoever has the verifier', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const verifier = 'v'.repeat(43)
    const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
    const code = await gatepass.code(acme, { codeChallenge, codeChallengeMethod: 'S256' })
    t.equal((await gatepass.swap(acme, code, { code_verifier: verifier })).statusCode, 200)
    t.equal((await gatepass.swap(acme, code, { code_verifier: verifier })).statusCode, 400)
    const swapped = await gatepass.code(acme, { codeChallenge, codeChallengeMethod: 'S256' })
    await gatepass.swap(acme, swapped, { code_verifier: verifier })
    const browser = new Jar(gatepass.app)
    browser.set(`gatepass_attempt_${'0'.repeat(32)}`, verifier)
    t.equal((await browser.get(callback(acme, swapped))).statusCode, 400, 'nor at the site')
  })

  t.test('a session of another project leads nobody on', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const browser = new Jar(gatepass.app)
    await browser.get(callback(other, await gatepass.code(other)))
    t.equal((await browser.get(callback(acme, 'A'.repeat(43)))).statusCode, 400)
  })

  t.test('burning somebody’s code: asking, and asking again, spends nothing', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const url = callback(acme, await gatepass.code(acme))
    for (let reload = 0; reload < 5; reload++) await new Jar(gatepass.app).get(url)
    const browser = new Jar(gatepass.app)
    t.equal((await browser.post(answer(url, await browser.get(url), 'continue'))).statusCode, 303)
  })

  t.test('a used code in anybody else’s hands ends what it opened, signed in or not', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'required' })
    for (const signedIn of [false, true]) {
      const owner = new Jar(gatepass.app)
      const url = callback(acme, await gatepass.code(acme, await begin(owner, acme)))
      await owner.get(url)
      const thief = new Jar(gatepass.app)
      if (signedIn) await thief.get(callback(acme, await gatepass.code(acme, await begin(thief, acme))))
      else await begin(thief, acme)
      t.equal((await thief.get(url)).statusCode, 400)
      t.equal(await whoReads(owner, acme), undefined, 'what the code opened is over')
      t.equal(await whoReads(thief, acme), signedIn ? 'ada@example.com' : undefined, 'nothing else is')
    }
  })

  t.test(
    'a lost answer is repeated for its own browser alone, for a minute, and never after logout',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project({ binding: 'confirm' })
      for (const [name, then] of [
        ['a minute later', async () => gatepass.clock.advance(60_001)],
        ['after logout', async (browser: Jar) => void (await browser.get(`${acme.siteUrl}/logout`))],
      ] as const) {
        const browser = new Jar(gatepass.app)
        const url = callback(acme, await gatepass.code(acme, await begin(browser, acme)))
        const asItWas = browser.copy()
        await browser.get(url)
        await then(browser)
        t.equal((await asItWas.get(url)).statusCode, 400, name)
        t.equal(await whoReads(asItWas, acme), undefined, name)
      }
      const browser = new Jar(gatepass.app)
      const url = callback(acme, await gatepass.code(acme))
      const thief = new Jar(gatepass.app)
      const thiefsPage = await thief.get(url)
      await browser.post(answer(url, await browser.get(url), 'continue'))
      t.equal((await thief.post(answer(url, thiefsPage, 'continue'))).statusCode, 400)
      t.equal(await whoReads(browser, acme), undefined, 'a replay: the session is revoked')
    },
  )

  t.test('names on the page are text', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ binding: 'confirm' })
    const hostile = '"><img src=x onerror=alert(1)>'
    const code = await gatepass.code(acme, { firstName: hostile, emailId: hostile })
    const page = await gatepass.callback(acme, code, { query: `&redirectUrl=${encodeURIComponent(hostile)}` })
    t.equal(page.statusCode, 200)
    t.notMatch(page.body, '<img')
  })
})
