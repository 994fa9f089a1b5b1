// Metadata of SAML providers: pasted, fetched, read again; what is wrong with it, and what happens when nobody answers.
import t, { type Test } from 'tap'
import { findAttention } from '../../../src/attention/find-attention.ts'
import { createOutboundFetch } from '../../../src/platform/outbound-fetch.ts'
import { createRegistry } from '../../../src/projects/registry.ts'
import { fillSettings } from '../../../src/upstream/saml/fill-settings.ts'
import { administrator } from '../../console/sign-in.ts'
import { startApp } from '../../start-app.ts'
import { standIn } from '../stand-in.ts'
import { makeCertificate } from './make-certificate.ts'
import { keyOf } from './saml-idp.ts'
import { addIdp } from './world.ts'

const bare = (name: string) => keyOf(name).certificate.replace(/-----[^-]+-----|\s/g, '')
const keyDescriptor = (base64: string, use = ' use="signing"') =>
  `<KeyDescriptor${use}><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>\n${base64}\n</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
const service = (binding: string) =>
  `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="https://idp.example/sso?x=1&amp;y=2"/>`
const metadata = ({
  keys = keyDescriptor(bare('idp')),
  more = '',
  services = service('HTTP-POST') + service('HTTP-Redirect'),
  entityId = 'https://idp.example/saml',
} = {}) =>
  `<?xml version="1.0"?><!-- by hand --><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"${more}><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys}${services}</IDPSSODescriptor></EntityDescriptor>`

const deps = (more: object = {}, production = false) => ({
  fetch: createOutboundFetch({ allowPrivateNetworks: true, ...more }),
  clock: { now: () => Date.UTC(2025, 10, 22) },
  production,
})

async function problemOf(t: Test, work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => t.fail('it was taken'),
    (refusal: { fields?: { problem: string }[] }) => refusal,
  )
  return (error as { fields: { problem: string }[] }).fields[0]!.problem
}

t.test('works', async t => {
  t.test('pasted: entity ID, address, and every certificate that signs', async t => {
    const keys =
      keyDescriptor(bare('idp')) +
      keyDescriptor(bare('next'), '') +
      keyDescriptor(bare('foreign'), ' use="encryption"')
    const found = await fillSettings(deps(), { emailAttribute: 'x' }, metadata({ keys }))
    t.match(found, {
      emailAttribute: 'x',
      entityId: 'https://idp.example/saml',
      singleSignOnUrl: 'https://idp.example/sso?x=1&y=2',
      certificates: [keyOf('idp').certificate.trim(), keyOf('next').certificate.trim()],
    })
    const wrapped = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${metadata().replace(/^.*?-->/, '')}</EntitiesDescriptor>`
    t.match(await fillSettings(deps(), {}, wrapped), { entityId: 'https://idp.example/saml' })
  })

  t.test('in the console: made by its address, and read again when the certificate changes', async t => {
    const gatepass = await startApp(t)
    await gatepass.project()
    const admin = await administrator(gatepass)
    let published = metadata()
    const server = await standIn(t, (_, response) => response.end(published))
    const path = '/console/projects/acme/providers'
    const form = (await admin.get(`${path}/new/saml`)).body
    for (const entered of ['/upstream/saml/acme/metadata', '/upstream/saml/acme/acs']) t.match(form, entered)
    await admin.save(`${path}/new/saml`, {
      slug: 'company',
      name: 'Company',
      metadataUrl: `${server.url}/metadata`,
    })
    const page = (await admin.get(`${path}/company`)).body
    t.match(page, 'CN&#61;idp')
    t.match(page, 'Read the metadata again')
    const version = /name="version" value="(\d+)"/.exec(page)![1]!
    t.match((await admin.save(`${path}/company/refresh`, { version })).body, 'it says what is stored already')
    published = metadata({ keys: keyDescriptor(bare('idp')) + keyDescriptor(bare('next')) })
    t.match((await admin.save(`${path}/company/refresh`, { version })).body, 'CN&#61;next')
    published = metadata({ entityId: 'https://evil.example' })
    const changed = String(Number(version) + 1)
    const refused = await admin.post(`${path}/company/refresh`, { version: changed })
    t.equal(refused.statusCode, 400)
    t.match(refused.body, 'id="field-metadataUrl-problem"')
  })

  t.test('a certificate that ends within thirty days needs attention, unless another lasts', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const now = gatepass.clock.now()
    const ending = makeCertificate('ending', { to: now + 29.5 * 86_400_000 }).certificate
    await addIdp(gatepass, acme, { certificates: [ending] })
    const registry = createRegistry(gatepass.database.read)
    await registry.refresh()
    const look = async () => {
      const found = await findAttention(
        { database: gatepass.database, clock: gatepass.clock, registry, keyRotationDays: 90 },
        { projects: 'all' },
      )
      return found.filter(({ kind }) => kind === 'certificate_ending').map(({ sentence }) => sentence)
    }
    t.match(await look(), [/company ends in 29 days/])
    gatepass.clock.advance(31 * 86_400_000)
    t.match(await look(), [/ended .* ago; it is still taken/])
    await gatepass.database.write(async tx => {
      const settings = JSON.stringify({ certificates: [ending, keyOf('idp').certificate] })
      await tx.updateTable('identity_providers').set({ settings }).execute()
    })
    t.same(await look(), [])
  })
})

t.test('refuses', async t => {
  t.test('what is no metadata, is over, or lacks what is needed', async t => {
    const small = makeCertificate('small', { bits: 1024 }).certificate.replace(/-----[^-]+-----|\s/g, '')
    for (const [text, problem] of [
      ['hello', /not/],
      ['<a/>', /no SAML identity provider/],
      [`<!DOCTYPE x>${metadata()}`, /DOCTYPE/],
      [metadata({ more: ' validUntil="2025-01-01T00:00:00Z"' }), /was valid until 2025-01-01/],
      [metadata({ services: service('HTTP-POST') }), /HTTP-Redirect/],
      [metadata({ keys: '' }), /no certificate/],
      [metadata({ keys: keyDescriptor('AAAA') }), /is not a certificate/],
      [metadata({ keys: keyDescriptor(small) }), /1024 bits/],
      [metadata({ entityId: '' }), /entity ID/],
    ] as const)
      t.match(await problemOf(t, fillSettings(deps(), {}, text)), problem)
    const other = fillSettings(deps(), { entityId: 'https://other.example' }, metadata())
    t.match(await problemOf(t, other), /this provider is another/)
  })
})

t.test('resists', async t => {
  t.test('an address that is down, slow, endless, elsewhere, private, or without TLS', async t => {
    const at = (url: string, more: object = {}, production = false) =>
      problemOf(t, fillSettings(deps(more, production), { metadataUrl: url }, ''))
    const server = await standIn(t, ({ path }, response) => {
      if (path === '/large') response.end('x'.repeat(10_000_000))
      else if (path === '/redirect') response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
      else if (path === '/broken') response.writeHead(500).end()
      // `/slow`: nothing comes.
    })
    t.match(await at(`${server.url}/large`), /more than 262144 bytes/)
    t.match(await at(`${server.url}/redirect`), /answers 302, a redirect/)
    t.match(await at(`${server.url}/broken`), /answers 500/)
    t.match(await at(`${server.url}/slow`, { timeLimit: 300 }), /no whole answer/)
    t.match(await at('http://127.0.0.1:1/'), /no answer/)
    t.match(await at('http://169.254.169.254/metadata'), /may not be reached/)
    t.match(await at(server.url, { allowPrivateNetworks: false }), /may not be reached/)
    t.match(await at(server.url, {}, true), /must begin with https/)
    t.equal(server.asked.filter(each => each !== 'GET /redirect').length, 3, 'redirects are not followed')
  })
})
