import type { LightMyRequestResponse } from 'fastify'
import t from 'tap'
import { authenticate, register, signIn, suite } from '../http/account-api.ts'
import { ada, basic, issuer, startApp, type TestProject } from '../start-app.ts'

// Every kind of artefact at every door: only the diagonal works (RFC 9700; code and token of another purpose).
t.test('resists', async t => {
  t.test(
    'no credential is good at another door than its own, nor one of another project at ours',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const other = await gatepass.project({ slug: 'other' })

      const artefactsOf = async (project: TestProject) => {
        const tokens = (await gatepass.swap(project, await gatepass.code(project))).json()
        const value = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1)
        return {
          'login secret': project.clientSecret,
          'site secret': project.siteClientSecret,
          code: await gatepass.code(project),
          session: value(await gatepass.signIn(project)),
          'access token': tokens.access_token as string,
          'ID token': tokens.id_token as string,
          'trace ID': (await gatepass.push(project)).json().traceId as string,
        }
      }
      // A code is spent by success alone, so it comes last.
      const doors: Record<string, (artefact: string) => Promise<LightMyRequestResponse>> = {
        'login secret': artefact =>
          gatepass.generate(acme, { headers: { authorization: basic(acme.clientId, artefact) } }),
        'site secret': async artefact => {
          const authorization = basic(acme.siteClientId, artefact)
          return await gatepass.token(
            { grant_type: 'authorization_code', code: await gatepass.code(acme) },
            { authorization },
          )
        },
        session: artefact =>
          gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie: `gatepass=${artefact}` }),
        'access token': artefact => gatepass.userinfo(artefact),
        code: artefact => gatepass.callback(acme, artefact),
      }
      doors['suite JWT'] = artefact => authenticate(gatepass, { jwt: artefact })
      const ssoSuiteId = await suite(gatepass)
      const apiKey = await register(gatepass, 'ada', 'developer')
      const own: Record<string, string> = {
        'suite JWT': await signIn(gatepass, 'ada', ssoSuiteId),
        'API key of a developer': apiKey,
        ...(await artefactsOf(acme)),
      }
      const foreign = await artefactsOf(other)
      for (const [door, open] of Object.entries(doors)) {
        for (const [kind, artefact] of Object.entries(own)) {
          const { statusCode } = await open(artefact)
          t.equal(statusCode < 400, kind === door, `${kind} at the door for ${door}: ${statusCode}`)
          t.ok(statusCode < 500)
        }
        for (const [kind, artefact] of Object.entries(foreign)) {
          // An access token is good at userinfo whoever's it is: it is about its own reader.
          const expected = kind === 'access token' && door === kind
          const { statusCode } = await open(artefact)
          t.equal(
            statusCode < 400,
            expected,
            `another project’s ${kind} at the door for ${door}: ${statusCode}`,
          )
        }
      }
      t.equal(
        (await gatepass.callback(other, foreign.code)).statusCode,
        302,
        'and nothing of the other was spent',
      )
      t.equal((await gatepass.userinfo(foreign['access token'])).json().email, ada.emailId)
      t.equal(
        (await gatepass.get(`${issuer}/gate/userinfo`, { cookie: `gatepass=${own.session}` })).statusCode,
        404,
      )
    },
  )
})
