import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { type SamlIdp, samlIdp } from '../upstream/saml/saml-idp.ts'
import { press, visit } from './visit.ts'
import type { World } from './world.ts'

/** The provider is another site (127.0.0.1), so its form brings none of our cookies, as in life. */
export async function samlSignIn(t: Test, { browser, server, database, command }: World): Promise<void> {
  let idp: SamlIdp | undefined
  let acs = ''
  const provider = createServer(async (request, response) => {
    const fields = await idp!.answer(`http://127.0.0.1${request.url}`)
    const inputs = Object.entries(fields).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    )
    response.setHeader('content-type', 'text/html')
    // As narrow as a careful provider has it: a redirect of the form to anywhere else would be held.
    response.setHeader('content-security-policy', `form-action ${acs}`)
    response.end(
      `<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,"><form method="post" action="${acs}">${inputs.join('')}<button>Continue</button></form>`,
    )
  }).listen(0, '127.0.0.1')
  await once(provider, 'listening')
  t.teardown(() => {
    provider.closeAllConnections()
    provider.close()
  })
  const singleSignOnUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/sso`

  const siteUrl = `http://company.localhost:${server.port}`
  const { issuer } = await command<{ issuer: string }>(
    ...['project', 'create', '--slug', 'company', '--name', 'Company', '--site-url', siteUrl],
    ...['--login-url', 'http://localhost:9/login', '--standard', 'saml'],
  )
  acs = `${issuer}/upstream/saml/company/acs`
  const serviceProvider = await (await fetch(`${issuer}/upstream/saml/company/metadata`)).text()
  idp = samlIdp({ serviceProvider, now: () => Date.now(), singleSignOnUrl })
  const file = join(dirname(database), 'metadata.xml')
  writeFileSync(file, idp.metadata)
  await command('provider', 'create', '--project', 'company', '--kind', 'saml', '--metadata-file', file)

  for (const javaScriptEnabled of [true, false]) {
    t.test(`at a SAML provider and back, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async t => {
      const { page } = await visit(t, browser, { javaScriptEnabled })
      await page.goto(`${siteUrl}/docs`)
      t.ok(page.url().startsWith(singleSignOnUrl), 'a page of the site leads to the provider')
      await press(page.getByRole('button', { name: 'Continue' }))
      await page.waitForURL(url => url.origin === siteUrl)
      t.equal(new URL(page.url()).search, '', 'no code is left in the address')
      await page.goto(`${siteUrl}/gate/userinfo`)
      t.match(await page.locator('body').textContent(), 'ada@example.com')
    })
  }
}
