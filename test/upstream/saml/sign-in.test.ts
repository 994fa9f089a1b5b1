// Signing in at a SAML provider, through the doors that browsers use. The provider is samlify.
import t from 'tap'
import { createRegistry } from '../../../src/projects/registry.ts'
import { updateProject } from '../../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../../src/sessions/block-reader.ts'
import { Jar } from '../../jar.ts'
import { issuer } from '../../start-app.ts'
import { addProvider } from '../providers.ts'
import { keyOf, samlIdp } from './saml-idp.ts'
import { addIdp, refused, startSaml, travel } from './world.ts'

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'

t.test('works', async t => {
  t.test('from a page of the site to the provider and back to that page, signed in', async t => {
    const { gatepass, acme, idp, leave, post, continueUrl } = await startSaml(t)
    const { browser, goTo } = await leave('/docs/x?a=1')
    t.ok(goTo.startsWith('https://idp.example/sso?tenant=7&SAMLRequest='))
    const { xml, id } = await idp.read(goTo)
    t.match(xml, `AssertionConsumerServiceURL="${issuer}/upstream/saml/acme/acs"`)
    t.match(xml, `>${issuer}/upstream/saml/acme/metadata</saml:Issuer>`)
    t.match(id, /^_[0-9a-f]{40}$/)
    const page = await post(browser, await idp.answer(goTo))
    t.equal(page.statusCode, 200)
    t.match(page.body, 'Signing you in')
    const finish = await browser.get(continueUrl(page.body))
    t.equal(finish.statusCode, 303)
    t.match(finish.headers.location, /^http:\/\/acme\.test\/jwt\/authorize\?code=/)
    const landing = await browser.get(finish.headers.location!)
    t.equal(landing.headers.location, 'http://acme.test/docs/x?a=1')
    const who = (await browser.get(`${acme.siteUrl}/gate/userinfo`)).json()
    t.match(who, { email: 'ada@example.com', given_name: 'Ada', family_name: 'Lovelace' })
    const [reader] = await gatepass.database.read.selectFrom('readers').selectAll().execute()
    t.equal(reader!.external_id, 'https://idp.example/saml u-4711')
    const { trace_id: traceId } = await gatepass.database.read
      .selectFrom('attempt_steps')
      .select('trace_id')
      .where('step', '=', 'swap')
      .executeTakeFirstOrThrow()
    const steps = await gatepass.attempt(traceId)
    t.same(
      steps.map(({ step, outcome }) => `${step} ${outcome}`),
      ['redirect passed', 'provider passed', 'code passed', 'swap passed'],
    )
    t.match(steps[2]!.detail, { provider: 'company', bound: true })
    t.notOk(
      browser.names().some(name => name.startsWith('gatepass_upstream')),
      'nothing is left behind',
    )
  })

  t.test('the same reader each time, with what the provider says by then', async t => {
    const { gatepass, idp, signIn } = await startSaml(t)
    await signIn(idp)
    await signIn(idp, { attributes: { mail: 'new@example.com', displayName: 'Ada King' } })
    const readers = await gatepass.database.read.selectFrom('readers').selectAll().execute()
    t.match(readers, [{ email: 'new@example.com', first_name: 'Ada King' }])
  })

  t.test('attributes by settings, and groups by their map', async t => {
    const { gatepass, acme, idp, signIn } = await startSaml(t, {
      emailAttribute: 'work-mail',
      firstNameAttribute: 'nick',
      lastNameAttribute: 'sn',
      usernameAttribute: 'login',
      groupsClaim: 'roles',
      groupMap: { 'Domain Users': 'staff', Editors: 'editors' },
    })
    for (const slug of ['staff', 'editors', 'secret']) await gatepass.group(acme, slug)
    const { browser } = await signIn(idp, {
      attributes: {
        ...{
          mail: 'private@example.com',
          'work-mail': 'ada@work.example',
          nick: 'A',
          sn: 'L',
          login: 'ada1',
        },
        roles: ['Domain Users', 'secret', 'Editors'],
        groups: 'secret',
      },
    })
    const who = (await browser.get(`${acme.siteUrl}/gate/userinfo`)).json()
    t.match(who, { email: 'ada@work.example', given_name: 'A', family_name: 'L' })
    t.same(who.groups.toSorted(), ['editors', 'staff'])
  })

  t.test('the usual names of attributes, an address as NameID, groups by their slugs', async t => {
    const { gatepass, acme, idp, signIn } = await startSaml(t)
    await gatepass.group(acme, 'staff')
    const { browser } = await signIn(idp, {
      nameId: 'ada@example.com',
      format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      attributes: {
        'urn:oid:2.5.4.42': 'Ada',
        [`${claims}/Surname`]: 'L&amp;L',
        'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups': ['staff', 'All Users'],
      },
    })
    const who = (await browser.get(`${acme.siteUrl}/gate/userinfo`)).json()
    t.match(who, { email: 'ada@example.com', given_name: 'Ada', family_name: 'L&L', groups: ['staff'] })
  })

  t.test(
    'assertion and response signed; a second certificate during a rollover; RSA with SHA-512',
    async t => {
      const next = keyOf('next').certificate
      const { idp, signIn } = await startSaml(t, { certificates: [keyOf('idp').certificate, next] })
      const sha512 = { algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512' }
      for (const more of [{ sign: 'both' } as const, { by: 'next' }, sha512]) {
        const { landing } = await signIn(idp, more)
        t.equal(landing.headers.location, 'http://acme.test/docs/x', JSON.stringify(more))
      }
    },
  )

  t.test('clocks may differ by a minute', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    for (const seconds of [-59, 299 + 59]) {
      const { browser, goTo } = await leave()
      const answer = await idp.answer(goTo, { tags: { ConditionsNotBefore: iso(gatepass.clock.now()) } })
      gatepass.clock.seconds(seconds)
      t.equal((await post(browser, answer)).statusCode, 200, `${seconds} s`)
    }
  })

  t.test('several tabs, each its own sign-in', async t => {
    const { idp, leave, post, continueUrl } = await startSaml(t)
    const first = await leave('/a')
    const second = await leave('/b', first.browser)
    for (const [{ goTo }, path] of [
      [second, '/b'],
      [first, '/a'],
    ] as const) {
      const page = await post(first.browser, await idp.answer(goTo))
      const finish = await first.browser.get(continueUrl(page.body))
      t.equal((await first.browser.get(finish.headers.location!)).headers.location, `http://acme.test${path}`)
    }
  })

  t.test('prompt is passed on to the provider', async t => {
    const { gatepass, base, idp } = await startSaml(t)
    const xmlOf = async (query: string) =>
      (await idp.read((await gatepass.get(`${base}/start${query}`)).headers.location!)).xml
    t.match(await xmlOf('?prompt=none'), 'IsPassive="true"')
    t.match(await xmlOf('?prompt=login'), 'ForceAuthn="true"')
    t.notMatch(await xmlOf('?prompt=x'), /IsPassive|ForceAuthn/)
  })

  t.test('our metadata says where answers go, and asks for signed assertions', async t => {
    const { gatepass, base } = await startSaml(t)
    const { body, headers } = await gatepass.get(`${base}/metadata`)
    t.match(headers['content-type'], 'application/samlmetadata+xml')
    t.match(body, `entityID="${base}/metadata"`)
    t.match(body, `Location="${base}/acs"`)
    t.match(body, 'WantAssertionsSigned="true"')
    t.match(body, 'AuthnRequestsSigned="false"')
    t.match(body, 'nameid-format:persistent</NameIDFormat>')
    t.equal((await gatepass.get(`${issuer}/upstream/saml/nobody/metadata`)).statusCode, 404)
  })
})

t.test('refuses', async t => {
  const iso300 = (now: number, seconds: number) => iso(now + seconds * 1000)

  t.test('what the provider refuses, with its reason', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const tags = { StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Responder' }
    const inner =
      '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>No role</samlp:StatusMessage>'
    const edit = (xml: string) =>
      xml
        .replace(/(<samlp:StatusCode [^>]*)\/>/, `$1>${inner}`)
        .replace(/<saml:Assertion .*<\/saml:Assertion>/, '')
    const page = await post(browser, await idp.answer(goTo, { tags, edit, sign: 'nothing' }))
    await refused(t, gatepass, page, 'provider_refused', {
      error: 'Responder, AuthnFailed',
      message: 'No role',
    })
  })

  t.test('an assertion that is over, or of the future, with the seconds', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const now = gatepass.clock.now()
    const late = await idp.answer(goTo, { tags: { ConditionsNotOnOrAfter: iso300(now, -60) } })
    await refused(t, gatepass, await post(browser, late), 'saml_expired', { seconds: 60, clock: iso(now) })
    const over = { SubjectConfirmationDataNotOnOrAfter: iso300(now, -90) }
    await refused(t, gatepass, await post(browser, await idp.answer(goTo, { tags: over })), 'saml_expired', {
      seconds: 90,
    })
    const early = await idp.answer(goTo, { tags: { ConditionsNotBefore: iso300(now, 61) } })
    await refused(t, gatepass, await post(browser, early), 'saml_not_yet_valid', { seconds: 61 })
    const future = await idp.answer(goTo, { tags: { IssueInstant: iso300(now, 3600) } })
    await refused(t, gatepass, await post(browser, future), 'saml_not_yet_valid', { seconds: 3600 })
    const session = (xml: string) =>
      xml.replace('<saml:AuthnStatement ', `<saml:AuthnStatement SessionNotOnOrAfter="${iso300(now, -61)}" `)
    await refused(t, gatepass, await post(browser, await idp.answer(goTo, { edit: session })), 'saml_expired')
    const unconfirmed = (xml: string) =>
      xml.replace(
        '<saml:SubjectConfirmationData ',
        `<saml:SubjectConfirmationData NotBefore="${iso300(now, 61)}" `,
      )
    await refused(
      t,
      gatepass,
      await post(browser, await idp.answer(goTo, { edit: unconfirmed })),
      'saml_not_yet_valid',
    )
    const local = await idp.answer(goTo, { tags: { ConditionsNotOnOrAfter: '2025-11-22T12:00:00' } })
    await refused(t, gatepass, await post(browser, local), 'saml_assertion_incomplete', {
      missing: 'a time in NotOnOrAfter that can be read',
    })
  })

  t.test('an assertion that lacks what it must say', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const without: Record<string, [string, RegExp]> = {
      'no NameID': ['saml_subject_unusable', /<saml:NameID .*?<\/saml:NameID>/],
      'no subject': ['saml_assertion_incomplete', /<saml:Subject>.*?<\/saml:Subject>/],
      'no confirmation': [
        'saml_assertion_incomplete',
        /<saml:SubjectConfirmation .*?<\/saml:SubjectConfirmation>/,
      ],
      'no conditions': ['saml_assertion_incomplete', /<saml:Conditions .*?<\/saml:Conditions>/],
      'no audience': [
        'saml_assertion_incomplete',
        /<saml:AudienceRestriction>.*?<\/saml:AudienceRestriction>/,
      ],
      'no statement': ['saml_assertion_incomplete', /<saml:AuthnStatement .*?<\/saml:AuthnStatement>/],
      'no end of the confirmation': ['saml_signature_invalid', / NotOnOrAfter="[^"]*"(?= Recipient)/],
      'no issuer': ['answer_mixed_up', /(?<=<saml:Assertion [^>]*>)<saml:Issuer>.*?<\/saml:Issuer>/],
    }
    for (const [what, [reason, part]] of Object.entries(without)) {
      const edit = (xml: string) => xml.replace(part, what === 'no issuer' ? '<saml:Issuer/>' : '')
      const page = await post(browser, await idp.answer(goTo, { edit }))
      t.comment(what)
      await refused(t, gatepass, page, reason)
    }
    const holder = (xml: string) => xml.replace('cm:bearer', 'cm:holder-of-key')
    const key = await idp.answer(goTo, { edit: holder })
    await refused(t, gatepass, await post(browser, key), 'saml_assertion_incomplete')
    const strange = (xml: string) =>
      xml.replace('</saml:Conditions>', '<saml:Condition xsi:type="x:Moon"/></saml:Conditions>')
    const unknown = await idp.answer(goTo, { edit: strange })
    await refused(t, gatepass, await post(browser, unknown), 'saml_assertion_incomplete')
  })

  t.test('a NameID that does not stay, or cannot be one', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
    for (const more of [{ format }, { nameId: ' ' }, { nameId: 'x'.repeat(257) }, { nameId: 'a&#x202e;b' }])
      await refused(t, gatepass, await post(browser, await idp.answer(goTo, more)), 'saml_subject_unusable')
  })

  t.test('an encrypted assertion', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const edit = (xml: string) =>
      xml.replace(
        /<saml:Assertion .*<\/saml:Assertion>/,
        '<saml:EncryptedAssertion>x</saml:EncryptedAssertion>',
      )
    const page = await post(browser, await idp.answer(goTo, { edit, sign: 'nothing' }))
    await refused(t, gatepass, page, 'saml_encrypted')
  })

  t.test('a reader who is blocked', async t => {
    const { gatepass, idp, signIn, leave, post, continueUrl } = await startSaml(t)
    await signIn(idp)
    const registry = createRegistry(gatepass.database.read)
    await registry.refresh()
    const project = registry.projectBySlug('acme')!
    const reader = 'https://idp.example/saml u-4711'
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader, blocked: true })
    const { browser, goTo } = await leave()
    const page = await post(browser, await idp.answer(goTo))
    const finish = await browser.get(continueUrl(page.body))
    t.equal(finish.statusCode, 403)
    const [step] = (await gatepass.attempt(String(finish.headers['x-trace-id']))).slice(-1)
    t.match(step, { step: 'code', outcome: 'failed', reason: 'reader_blocked', reader })
  })

  t.test('a project without a provider, or of another standard; also for sign-ins under way', async t => {
    const { gatepass, acme, idp, leave, post, continueUrl, base } = await startSaml(t)
    const [early, late] = [await leave(), await leave()]
    const waiting = await post(late.browser, await idp.answer(late.goTo))
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { standard: 'jwt' })
    const start = await gatepass.get(`${base}/start`)
    await refused(t, gatepass, start, 'other_standard', { standard: 'jwt', tried: 'saml' }, 403)
    const answer = await post(early.browser, await idp.answer(early.goTo))
    await refused(t, gatepass, answer, 'other_standard', {}, 403)
    const finish = await late.browser.get(continueUrl(waiting.body))
    t.equal(finish.statusCode, 403)
    t.match(await gatepass.lastStep(), { reason: 'other_standard' })
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { standard: 'saml' })
    await gatepass.database.write(async tx => void (await tx.deleteFrom('identity_providers').execute()))
    await refused(t, gatepass, await gatepass.get(`${base}/start`), 'provider_missing', {}, 403)
  })

  t.test('an answer after a quarter of an hour, or that nobody awaits', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const answer = await idp.answer(goTo)
    for (const RelayState of ['', 'x', 'A'.repeat(43)])
      await refused(t, gatepass, await post(browser, { ...answer, RelayState }), 'answer_not_awaited', {
        problem: 'unknown',
      })
    gatepass.clock.minutes(15)
    await refused(t, gatepass, await post(browser, await idp.answer(goTo)), 'answer_not_awaited', {
      problem: 'over',
    })
  })

  t.test('other methods, prefetches, and paths of nobody', async t => {
    const { gatepass, base } = await startSaml(t)
    for (const method of ['GET', 'PUT'] as const)
      t.ok([404, 405].includes((await gatepass.app.inject({ method, url: `${base}/acs` })).statusCode))
    const prefetch = { 'sec-purpose': 'prefetch' }
    t.equal((await gatepass.get(`${base}/start`, prefetch)).statusCode, 403)
    t.equal((await gatepass.app.inject({ method: 'HEAD', url: `${base}/start` })).statusCode, 405)
    t.equal((await gatepass.get(`${issuer}/upstream/saml/nobody/start`)).statusCode, 404)
    t.equal(await gatepass.count('upstream_sign_ins'), 0)
  })
})

t.test('resists', async t => {
  t.test('an assertion that is not signed, or whose envelope alone is', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const nothing = await idp.answer(goTo, { sign: 'nothing' })
    await refused(t, gatepass, await post(browser, nothing), 'saml_unsigned', { signed: 'nothing' })
    const envelope = await idp.answer(goTo, { sign: 'response' })
    await refused(t, gatepass, await post(browser, envelope), 'saml_unsigned', {
      signed: 'the response alone',
    })
  })

  t.test('another certificate, by its fingerprint; also with the name of the right one', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const foreign = await idp.answer(goTo, { by: 'foreign' })
    await refused(t, gatepass, await post(browser, foreign), 'saml_certificate_unknown', {
      fingerprint: /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
      subject: 'CN=foreign',
    })
    const bare = (name: string) => keyOf(name).certificate.replace(/-----[^-]+-----|\s/g, '')
    const xml = xmlOf(foreign).replace(bare('foreign'), bare('idp'))
    t.match(xml, bare('idp'))
    await refused(
      t,
      gatepass,
      await post(browser, { ...foreign, SAMLResponse: coded(xml) }),
      'saml_signature_invalid',
    )
  })

  t.test('SHA-1, and a MAC with the public certificate as its key', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const sha1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
    await refused(
      t,
      gatepass,
      await post(browser, await idp.answer(goTo, { algorithm: sha1 })),
      'saml_algorithm_refused',
      {
        SignatureMethod: sha1,
      },
    )
    const answer = await idp.answer(goTo)
    for (const [from, to] of [
      ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'],
      ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2000/09/xmldsig#sha1'],
      ['http://www.w3.org/2001/10/xml-exc-c14n#', 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments'],
    ] as const) {
      const SAMLResponse = coded(xmlOf(answer).replaceAll(`"${from}"`, `"${to}"`))
      await refused(t, gatepass, await post(browser, { ...answer, SAMLResponse }), 'saml_algorithm_refused')
    }
  })

  t.test('what was changed after it was signed', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const answer = await idp.answer(goTo)
    for (const [from, to] of [
      ['u-4711', 'u-1'],
      ['ada@example.com', 'root@example.com'],
      ['</ds:SignedInfo>', '<ds:Reference URI="#x"/></ds:SignedInfo>'],
    ] as const) {
      const xml = xmlOf(answer).replace(from, to)
      t.not(xml, xmlOf(answer))
      await refused(
        t,
        gatepass,
        await post(browser, { ...answer, SAMLResponse: coded(xml) }),
        'saml_signature_invalid',
      )
    }
  })

  t.test('signature wrapping, in every shape', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const answer = await idp.answer(goTo)
    const both = await idp.answer(goTo, { sign: 'both' })
    const shapes: Record<string, (xml: string) => string> = wrappings
    for (const [shape, wrap] of Object.entries(shapes)) {
      for (const honest of [answer, both]) {
        const xml = wrap(xmlOf(honest))
        t.match(xml, 'u-evil', shape)
        const page = await post(browser, { ...honest, SAMLResponse: coded(xml) })
        t.equal(page.statusCode, 400, shape)
        t.equal((await gatepass.attempt(String(page.headers['x-trace-id']))).at(-1)!.outcome, 'failed')
      }
    }
    t.equal((await post(browser, answer)).statusCode, 200, 'the honest one is taken all the same')
    t.equal(await gatepass.count('readers'), 0)
  })

  t.test('a document type, entities, comments in the NameID, CDATA, processing instructions', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const answer = await idp.answer(goTo, { nameId: 'root@example.com.evil.example' })
    const xml = xmlOf(answer)
    const laughs =
      '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    for (const [hostile, problem] of [
      [laughs + xml.replace('u-4711', '&b;'), /DOCTYPE/],
      [`<!doctype x>${xml}`, /DOCTYPE/],
      [xml.replace('.com.evil', '.com<!---->.evil'), /comment/],
      [xml.replace('root@', '<![CDATA[root@]]>'), /CDATA/],
      [xml.replace('root@', 'root@<?x y?>'), /processing/],
      [`${xml}${xml}`, /XML/],
    ] as const) {
      const page = await post(browser, { ...answer, SAMLResponse: coded(hostile) })
      await refused(t, gatepass, page, 'saml_response_unreadable', { problem })
    }
  })

  t.test('what is not XML, not SAML, not base64, not there, or too large', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const answer = await idp.answer(goTo)
    const deep = '<a>'.repeat(20_000)
    const { entityId } = idp
    for (const response of [
      ...['', '%%%', coded('hello'), coded('<a/>'), coded('<a>'), coded('{}'), coded(deep)],
      coded(deep + '</a>'.repeat(20_000)),
      coded(`<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol">${entityId}</Response>`),
      Buffer.from(xmlOf(answer), 'utf16le').toString('base64'),
      Buffer.from([0xff, 0xfe, 0x3c]).toString('base64'),
    ]) {
      const page = await post(browser, { ...answer, SAMLResponse: response })
      await refused(t, gatepass, page, 'saml_response_unreadable')
    }
    const url = `${issuer}/upstream/saml/acme/acs`
    const large = await browser.post({ url, form: { SAMLResponse: 'A'.repeat(256 * 1024) } })
    await refused(t, gatepass, large, 'saml_response_unreadable', { problem: /256 KiB/ }, 413)
    const twice = await gatepass.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'SAMLResponse=a&SAMLResponse=b',
    })
    await refused(t, gatepass, twice, 'saml_response_unreadable')
    const padded = { ...answer, more: 'x'.repeat(200 * 1024) }
    t.equal((await post(browser, padded)).statusCode, 200, 'answers may be larger than other forms')
  })

  t.test('a response that is made to be slow', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const answer = await idp.answer(goTo)
    const many = `<samlp:Extensions>${'<a ID="x"/>'.repeat(1_400)}</samlp:Extensions><samlp:Status>`
    const spaces = Array.from({ length: 2_000 }, (_, index) => `xmlns:n${index}="u:${index}"`).join(' ')
    for (const xml of [
      xmlOf(answer).replace('<samlp:Status>', many),
      xmlOf(answer).replace('<saml:Assertion ', `<saml:Assertion ${spaces} `),
      xmlOf(answer).replace('<saml:Subject>', `${'<saml:Subject>'.repeat(30)}`),
    ]) {
      // Of the processor, not of the clock: other tests run beside this one.
      const began = process.cpuUsage()
      await post(browser, { ...answer, SAMLResponse: coded(xml) })
      const { user, system } = process.cpuUsage(began)
      t.ok(user + system < 2_000_000, `${Math.round((user + system) / 1000)} ms`)
    }
    t.equal(await gatepass.count('readers'), 0)
  })

  t.test('an answer for another audience, recipient, destination or request', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const other = await leave()
    const elsewhere = `${issuer}/upstream/saml/other`
    for (const [reason, tags] of [
      ['saml_audience_wrong', { Audience: `${elsewhere}/metadata` }],
      ['saml_recipient_wrong', { Destination: `${elsewhere}/acs` }],
      ['saml_recipient_wrong', { SubjectRecipient: `${elsewhere}/acs` }],
      ['saml_request_other', { InResponseTo: (await idp.read(other.goTo)).id }],
      ['saml_request_other', { InResponseTo: '' }],
    ] as const) {
      await refused(t, gatepass, await post(browser, await idp.answer(goTo, { tags })), reason)
    }
    const unsolicited = (xml: string) => xml.replaceAll(/ InResponseTo="[^"]*"/g, '')
    await refused(
      t,
      gatepass,
      await post(browser, await idp.answer(goTo, { edit: unsolicited })),
      'saml_request_other',
    )
    const envelope = (xml: string) => xml.replace(/InResponseTo="[^"]*"/, 'InResponseTo="_other"')
    await refused(
      t,
      gatepass,
      await post(browser, await idp.answer(goTo, { edit: envelope })),
      'saml_request_other',
    )
    // The envelope can be rewritten by anybody; what counts is in the assertion.
    const signed = await idp.answer(goTo, { tags: { InResponseTo: '_other' } })
    const { id } = await idp.read(goTo)
    const rewritten = xmlOf(signed).replace('InResponseTo="_other"', `InResponseTo="${id}"`)
    await refused(
      t,
      gatepass,
      await post(browser, { ...signed, SAMLResponse: coded(rewritten) }),
      'saml_request_other',
    )
  })

  t.test('the identity provider of another project', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const other = await gatepass.project({ slug: 'other' })
    const theirs = await addIdp(gatepass, other, {}, { entityId: 'https://evil.example', key: 'foreign' })
    const { browser, goTo } = await leave()
    const tags = {
      Destination: `${issuer}/upstream/saml/acme/acs`,
      SubjectRecipient: `${issuer}/upstream/saml/acme/acs`,
      Audience: `${issuer}/upstream/saml/acme/metadata`,
    }
    const answer = await theirs.answer(goTo, { tags })
    await refused(t, gatepass, await post(browser, answer), 'answer_mixed_up', {
      issuer: 'https://evil.example',
    })
    const posing = await theirs.answer(goTo, { tags: { ...tags, Issuer: idp.entityId } })
    await refused(t, gatepass, await post(browser, posing), 'saml_certificate_unknown')
    // A sign-in of the other project, with everything as it should be there, brought to this one.
    const there = await travel(gatepass, other).leave()
    const right = await theirs.answer(there.goTo)
    await refused(t, gatepass, await post(there.browser, right), 'answer_not_awaited')
  })

  t.test('the other identity provider of the same project', async t => {
    const { gatepass, acme, idp, base, post } = await startSaml(t)
    const { body } = await gatepass.get(`${base}/metadata`)
    const [entityId, key] = ['https://second.example', 'foreign']
    const second = samlIdp({ serviceProvider: body, now: () => gatepass.clock.now(), entityId, key })
    const { singleSignOnUrl, certificate } = second
    const settings = { entityId, singleSignOnUrl, certificates: [certificate] }
    await addProvider(gatepass, acme, 'saml', settings, { slug: 'second' })
    for (const [slug, sentTo, other] of [
      ['company', idp, second],
      ['second', second, idp],
    ] as const) {
      const browser = new Jar(gatepass.app)
      const goTo = String((await browser.get(`${base}/start?provider=${slug}`)).headers.location)
      const mixedUp = await post(browser, await other.answer(goTo))
      t.equal(mixedUp.statusCode, 400)
      t.match(await gatepass.lastStep(), { reason: 'answer_mixed_up', detail: { issuer: other.entityId } })
      t.equal((await post(browser, await sentTo.answer(goTo))).statusCode, 200, 'and has spoilt nothing')
    }
  })

  t.test('replay: of the answer, of the assertion in another sign-in, of the last step', async t => {
    const { gatepass, idp, leave, post, continueUrl } = await startSaml(t)
    const first = await leave()
    const tags = { AssertionID: '_same' }
    const answer = await idp.answer(first.goTo, { tags })
    const page = await post(first.browser, answer)
    await refused(t, gatepass, await post(first.browser, answer), 'answer_not_awaited', {
      problem: 'taken before',
    })
    const second = await leave()
    await refused(
      t,
      gatepass,
      await post(second.browser, await idp.answer(second.goTo, { tags })),
      'saml_replayed',
    )
    const ticket = continueUrl(page.body)
    const thief = first.browser.copy()
    t.equal((await first.browser.get(ticket)).statusCode, 303)
    t.equal((await thief.get(ticket)).statusCode, 400)
    t.match(await gatepass.lastStep(), { reason: 'answer_not_awaited' })
    t.equal(await gatepass.count('codes'), 1)
  })

  t.test('of ten answers at once one is taken', async t => {
    const { gatepass, idp, leave, post } = await startSaml(t)
    const { browser, goTo } = await leave()
    const answer = await idp.answer(goTo)
    const pages = await Promise.all(Array.from({ length: 10 }, () => post(browser, answer)))
    t.same(pages.map(({ statusCode }) => statusCode).sort(), [200, ...Array(9).fill(400)])
    t.equal(await gatepass.count('used_saml_assertions'), 1)
  })

  t.test('login CSRF: an answer that another browser brings, and a last step that it takes', async t => {
    const { gatepass, idp, leave, post, continueUrl } = await startSaml(t)
    const attacker = await leave()
    const victim = (await leave()).browser
    const page = await post(victim, await idp.answer(attacker.goTo))
    const ticket = continueUrl(page.body)
    const planted = new Jar(gatepass.app)
    planted.set(attacker.browser.names().find(name => name.includes('upstream'))!, 'A'.repeat(43))
    for (const browser of [victim, new Jar(gatepass.app), planted]) {
      const finish = await browser.get(ticket)
      await refused(t, gatepass, finish, 'other_browser')
    }
    const late = attacker.browser.copy()
    t.equal((await attacker.browser.get(ticket)).statusCode, 303, 'nobody else has spoilt it')
    gatepass.clock.minutes(3)
    t.equal((await late.get(ticket)).statusCode, 400)
    // A RelayState is not a ticket, and a ticket no RelayState.
    const again = await leave()
    const relayState = new URL(again.goTo).searchParams.get('RelayState')!
    const swapped = await again.browser.get(`${issuer}/upstream/saml/acme/finish?ticket=${relayState}`)
    t.equal(swapped.statusCode, 400)
  })

  t.test('a stranger fills neither the timeline nor the time of the server', async t => {
    const { gatepass, idp, base, post, leave } = await startSaml(t)
    const { browser, goTo } = await leave()
    const hostile = { ...(await idp.answer(goTo)), SAMLResponse: coded('<a/>') }
    for (let count = 0; count < 30; count++) t.equal((await post(browser, hostile)).statusCode, 400)
    const page = await post(browser, hostile)
    t.equal(page.statusCode, 429)
    t.ok(Number(page.headers['retry-after']) > 0)
    t.ok((await gatepass.count('attempt_steps')) <= 33)
    for (let count = 0; count < 70; count++) await gatepass.get(`${base}/start`)
    t.ok((await gatepass.count('attempt_steps')) <= 93)
  })

  t.test('nothing of an answer stands in the log', async t => {
    const { gatepass, idp, signIn } = await startSaml(t)
    const { page } = await signIn(idp)
    const ticket = /ticket&#61;([\w-]{43})/.exec(page.body)![1]!
    for (const secret of [ticket, 'SAMLResponse', 'u-4711', 'ada@example.com'])
      t.notMatch(gatepass.log(), secret)
  })
})

const iso = (at: number) => new Date(at).toISOString()
const xmlOf = ({ SAMLResponse }: { SAMLResponse: string }) => Buffer.from(SAMLResponse, 'base64').toString()
const coded = (xml: string) => Buffer.from(xml).toString('base64')

/** The shapes of "On Breaking SAML: Be Whoever You Want to Be" (Somorovsky and others, 2012), and some since. */
const wrappings = (() => {
  const parts = (xml: string) => {
    const assertion = /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)![0]
    const signature = /<ds:Signature .*?<\/ds:Signature>/s.exec(assertion)![0]
    const bare = assertion.replace(signature, '')
    const id = / ID="([^"]+)"/.exec(assertion)![1]!
    const evil = bare.replace('u-4711', 'u-evil').replace(id, '_evil')
    return { assertion, signature, bare, id, evil, sameId: evil.replace('_evil', id) }
  }
  const swap = (xml: string, by: (p: ReturnType<typeof parts>) => string) => {
    const found = parts(xml)
    return xml.replace(found.assertion, () => by(found))
  }
  const inside = (outer: string, more: string) =>
    outer.replace('</saml:Assertion>', () => `${more}</saml:Assertion>`)
  return {
    'an evil assertion before': (xml: string) => swap(xml, p => p.evil + p.assertion),
    'an evil assertion after': (xml: string) => swap(xml, p => p.assertion + p.evil),
    'evil before, of the same ID': (xml: string) => swap(xml, p => p.sameId + p.assertion),
    'the signed one inside the evil one': (xml: string) => swap(xml, p => inside(p.evil, p.assertion)),
    'the signed one inside, its signature outside': (xml: string) =>
      swap(xml, p =>
        inside(
          p.evil.replace('</saml:Issuer>', () => `</saml:Issuer>${p.signature}`),
          p.bare,
        ),
      ),
    'evil inside the signed one': (xml: string) => swap(xml, p => inside(p.assertion, p.evil)),
    'the signed one in an Object of its signature': (xml: string) =>
      swap(xml, p =>
        p.evil.replace(
          '</saml:Issuer>',
          () =>
            `</saml:Issuer>${p.signature.replace('</ds:Signature>', () => `<ds:Object>${p.bare}</ds:Object></ds:Signature>`)}`,
        ),
      ),
    'the signed one in extensions': (xml: string) => {
      const { assertion, evil } = parts(xml)
      return xml
        .replace(assertion, () => evil)
        .replace('<samlp:Status>', () => `<samlp:Extensions>${assertion}</samlp:Extensions><samlp:Status>`)
    },
    'the whole response in extensions of another': (xml: string) => {
      const { assertion, evil } = parts(xml)
      return xml
        .replace(assertion, () => evil)
        .replace('<samlp:Status>', () => `<samlp:Extensions>${xml}</samlp:Extensions><samlp:Status>`)
    },
    'an evil assertion of another namespace': (xml: string) =>
      swap(
        xml,
        p =>
          p.evil
            .replace('<saml:Assertion ', '<Assertion xmlns="urn:x" ')
            .replace('</saml:Assertion>', '</Assertion>') + p.assertion,
      ),
    'the signature moved to the response': (xml: string) =>
      swap(xml, p => p.evil).replace('<samlp:Status>', () => `${parts(xml).signature}<samlp:Status>`),
    'another NameID before the signed one': (xml: string) =>
      xml.replace('<saml:NameID ', '<saml:NameID>u-evil</saml:NameID><saml:NameID '),
  }
})()
