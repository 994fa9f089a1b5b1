// A project that signs its readers in at a SAML provider, and a browser on its way there and back.
import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { updateProject } from '../../../src/projects/update-project.ts'
import { Jar } from '../../jar.ts'
import { issuer, startApp, type TestApp, type TestProject } from '../../start-app.ts'
import { addProvider } from '../providers.ts'
import { type Said, samlIdp } from './saml-idp.ts'

type Options = Omit<Parameters<typeof samlIdp>[0], 'now' | 'serviceProvider'>

/** Makes a project's provider out of a SAML identity provider that knows the project, and makes SAML its standard. */
export async function addIdp(
  gatepass: TestApp,
  project: TestProject,
  settings: Record<string, unknown> = {},
  options: Options = {},
) {
  const { body } = await gatepass.get(`${issuer}/upstream/saml/${project.slug}/metadata`)
  const idp = samlIdp({ ...options, serviceProvider: body, now: () => gatepass.clock.now() })
  const { entityId, singleSignOnUrl, certificate } = idp
  await addProvider(
    gatepass,
    project,
    'saml',
    { entityId, singleSignOnUrl, certificates: [certificate], ...settings },
    { slug: 'company' },
  )
  await updateProject(gatepass.rules, gatepass.actor, project.slug, { standard: 'saml' })
  return idp
}

export async function startSaml(t: Test, settings: Record<string, unknown> = {}) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const idp = await addIdp(gatepass, acme, settings)
  return { gatepass, acme, idp, ...travel(gatepass, acme) }
}

export function travel(gatepass: TestApp, project: TestProject) {
  const base = `${issuer}/upstream/saml/${project.slug}`
  /** A browser that opened a page of the site and stands at the provider. */
  const leave = async (path = '/docs/x', browser = new Jar(gatepass.app)) => {
    const site = await browser.get(project.siteUrl + path)
    const start = await browser.get(site.headers.location!)
    return { browser, start, goTo: start.headers.location! }
  }
  /** Brings an answer, as another site's form does. */
  const post = (browser: Jar, form: Record<string, string>) =>
    browser.post({ url: `${base}/acs`, form, without: true, headers: { origin: 'https://idp.example' } })
  const continueUrl = (body: string) =>
    (/http-equiv="refresh" content="0; url=([^"]+)"/.exec(body)?.[1] ?? '').replaceAll('&#61;', '=')
  return {
    base,
    leave,
    post,
    continueUrl,
    /** All the way to where the callback leads. */
    async signIn(idp: { answer: SamlAnswer }, more: Said = {}, path = '/docs/x') {
      const { browser, goTo } = await leave(path)
      const page = await post(browser, await idp.answer(goTo, more))
      const finish = await browser.get(continueUrl(page.body))
      const landing = await browser.get(finish.headers.location!)
      return { browser, page, finish, landing }
    },
  }
}

/** The answer was refused with a page for people, its true reason stands in the timeline, and nobody was let in. */
export async function refused(
  t: Test,
  gatepass: TestApp,
  page: LightMyRequestResponse,
  reason: string,
  detail: Record<string, unknown> = {},
  status = 400,
) {
  t.equal(page.statusCode, status, `${reason}: ${page.statusCode}`)
  const traceId = String(page.headers['x-trace-id'])
  t.match(page.headers['content-type'], 'text/html')
  t.match(page.body, traceId, 'a page for people with the trace ID')
  t.match(page.body, 'class="button" href="http://acme.test/', 'and a link that begins again')
  const step = (await gatepass.attempt(traceId)).at(-1)
  t.match(step, { step: 'provider', outcome: 'failed', reason, detail })
  t.equal(await gatepass.count('codes'), 0, 'no code was made')
}

type SamlAnswer = (goTo: string, more?: Said) => Promise<{ RelayState: string; SAMLResponse: string }>
