// What is exported is what was there: it changes nothing where it comes from, and makes the same somewhere else.

import t from 'tap'
import { applyConfiguration, previewConfiguration } from '../../src/configuration/apply-configuration.ts'
import { currentConfiguration } from '../../src/configuration/configuration.ts'
import { exportProjects, writeConfiguration } from '../../src/configuration/export-configuration.ts'
import { readConfiguration } from '../../src/configuration/read-configuration.ts'
import type { ProjectSettings } from '../../src/projects/project.ts'
import { type ClientSettings, createSiteClient, updateSiteClient } from '../../src/projects/site-clients.ts'
import { deleteProject } from '../../src/projects/update-project.ts'
import fc from '../properties.ts'
import { startApp, type TestApp } from '../start-app.ts'

const slug = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,4})?$/)
const name = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...' :#\'"-?![]{}&*|>%@`,~\\\u00e9\u202e\u{1f511}'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 20,
  })
  .map(text => text.normalize('NFC').trim())
  .filter(text => text !== '' && text.length <= 100 && !/\p{Cc}/u.test(text) && text.isWellFormed())
const odd = fc.oneof(
  name,
  fc.constantFrom(
    'null',
    '~',
    'true',
    'on',
    '0x1f',
    '1e3',
    '2026-01-01',
    '<<',
    '---',
    '"',
    "'",
    '[a]',
    '# a',
    '=1+1',
    '.inf',
  ),
)
const url = fc.webUrl({ withQueryParameters: true, validSchemes: ['https', 'http'] })
const algorithm = fc.constantFrom('ES256', 'EdDSA', 'RS256')
const jwks = fc.constant({
  keys: [
    {
      kty: 'EC',
      crv: 'P-256',
      kid: '2026',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
  ],
})

const client = fc.record<ClientSettings>(
  {
    redirectUris: fc.array(url, { maxLength: 3 }),
    postLogoutRedirectUris: fc.array(url, { maxLength: 2 }),
    backchannelLogoutUri: fc.option(url),
    jwks,
    authMethod: fc.constantFrom('client_secret', 'none', 'private_key_jwt'),
    idTokenAlgorithm: fc.option(algorithm) as fc.Arbitrary<ClientSettings['idTokenAlgorithm'] & string>,
  },
  { requiredKeys: ['jwks'] },
)

const settings = fc.record<Partial<ProjectSettings>>(
  {
    name: odd,
    loginUrl: url,
    logoutUrl: fc.option(url),
    siteFolder: fc.constantFrom(null, '/'),
    siteElsewhere: fc.boolean(),
    standard: fc.constantFrom('jwt', 'openid', 'saml', 'accounts'),
    accountAdmission: fc.constantFrom('members', 'anyone'),
    jwtEnabled: fc.boolean(),
    homePublished: fc.boolean(),
    unknownGroups: fc.constantFrom('reject', 'ignore', 'create'),
    allowedRedirects: fc.array(url, { maxLength: 3 }),
    signingAlgorithm: algorithm as fc.Arbitrary<ProjectSettings['signingAlgorithm']>,
    outstandingCodesLimit: fc.integer({ min: 1, max: 10_000_000 }),
    binding: fc.constantFrom('off', 'confirm', 'required'),
    minTokenValidity: fc.integer({ min: 5, max: 15 }),
    defaultTokenValidity: fc.integer({ min: 15, max: 60 }),
    maxTokenValidity: fc.integer({ min: 60, max: 1440 }),
    logoUrl: fc.option(url.map(each => each.replace(/^http:/, 'https:'))),
    accentColor: fc.option(fc.stringMatching(/^#[0-9a-f]{6}$/)),
  },
  { requiredKeys: ['name', 'loginUrl'] },
)

const project = fc.record({
  settings,
  groups: fc.uniqueArray(fc.record({ slug, name: odd }), { selector: group => group.slug, maxLength: 4 }),
  paths: fc.array(fc.stringMatching(/^\/[a-z]{1,6}(\/\*)?$/), { maxLength: 3 }),
  siteClient: fc.option(fc.tuple(fc.constantFrom('', 'own: "client"'), client)),
  clients: fc.uniqueArray(fc.tuple(odd, client), { selector: ([each]) => each, maxLength: 3 }),
})
const projects = fc.uniqueArray(fc.tuple(slug, project), { selector: ([each]) => each, maxLength: 3 })

type Generated = typeof projects extends fc.Arbitrary<infer T> ? T : never

async function make(gatepass: TestApp, generated: Generated): Promise<void> {
  for (const [slug, { settings, groups, paths, siteClient, clients }] of generated) {
    const pathRules =
      groups.length === 0 ? [] : paths.map(path => ({ path, groups: groups.map(each => each.slug) }))
    const made = await gatepass.project({
      ...settings,
      ...((settings.standard ?? 'jwt') !== 'jwt' && { loginUrl: '' }),
      slug,
      siteUrl: `https://${slug}.example`,
      pathRules,
    })
    for (const group of groups) await gatepass.group(made, group.slug, group.name)
    if (siteClient) {
      const [name, more] = siteClient
      await updateSiteClient(gatepass.rules, gatepass.actor, slug, made.siteClientId, { name, ...more })
    }
    for (const [name, more] of clients) {
      gatepass.clock.advance(1)
      await createSiteClient(gatepass.rules, gatepass.actor, slug, { name, ...more })
    }
    gatepass.clock.advance(1)
  }
}

async function clear(gatepass: TestApp): Promise<void> {
  for (const { project } of await currentConfiguration(gatepass.database.read))
    await deleteProject(gatepass.rules, gatepass.actor, project.slug)
}

const exported = async ({ database }: TestApp) =>
  writeConfiguration(exportProjects(await currentConfiguration(database.read)))
const sourceOf = (text: string) => readConfiguration(Buffer.from(text))

t.test('works', async t => {
  t.test(
    'an export plans nothing where it comes from, and makes the same on an empty installation',
    async t => {
      const [here, there] = [await startApp(t), await startApp(t)]
      const property = fc.asyncProperty(projects, async generated => {
        await clear(here)
        await clear(there)
        await make(here, generated)
        const text = await exported(here)
        const source = sourceOf(text)
        t.same(source.problems, [])
        t.same(await previewConfiguration(here.rules, source, true), [], 'here it changes nothing')
        await applyConfiguration(there.rules, there.actor, source, { prune: true })
        t.equal(await exported(there), text, 'there it makes the same')
        t.same(await previewConfiguration(there.rules, source, true), [], 'and twice it changes nothing')
        const same = await currentConfiguration(there.database.read)
        t.same(same.map(shapeOf), (await currentConfiguration(here.database.read)).map(shapeOf))
        t.notMatch(text, /gps_|hash/)
      })
      await t.resolves(fc.assert(property, { numRuns: 25 }))
    },
  )

  t.test(
    'what others do in between is not overwritten: a plan that somebody agreed to is made as it was, or not at all',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const source = sourceOf('projects: [{ slug: acme, name: New name }]')
      const expected = await previewConfiguration(gatepass.rules, source, false)
      await gatepass.group(acme, 'staff')
      await t.resolves(applyConfiguration(gatepass.rules, gatepass.actor, source, { prune: false, expected }))
      const again = sourceOf('projects: [{ slug: acme, name: Newer name }]')
      const seen = await previewConfiguration(gatepass.rules, again, false)
      await applyConfiguration(
        gatepass.rules,
        gatepass.actor,
        sourceOf('projects: [{ slug: acme, name: Else }]'),
        { prune: false },
      )
      await t.rejects(
        applyConfiguration(gatepass.rules, gatepass.actor, again, { prune: false, expected: seen }),
        {
          code: 'precondition_failed',
          message: /nothing was applied/,
        },
      )
      t.equal((await currentConfiguration(gatepass.database.read))[0]!.project.name, 'Else')
    },
  )

  t.test('a rule that stands before its group, and a folder that is gone, are left alone', async t => {
    const gatepass = await startApp(t)
    await gatepass.project({ pathRules: [{ path: '/a', groups: ['later'] }] })
    const tables = { site_folder: '/nowhere/at/all' }
    await gatepass.database.write(async tx => void (await tx.updateTable('projects').set(tables).execute()))
    const text = await exported(gatepass)
    t.match(text, /siteFolder: \/nowhere\/at\/all/)
    t.same(await previewConfiguration(gatepass.rules, sourceOf(text), true), [])

    const renamed = sourceOf(text.replace('name: Acme', 'name: Renamed'))
    const { changes } = await applyConfiguration(gatepass.rules, gatepass.actor, renamed, { prune: false })
    t.match(changes, [{ fields: { name: { to: 'Renamed' } } }], 'and something else can be changed')
  })

  t.test('a relative folder needs a file to start from', async t => {
    const { problems } = sourceOf('projects: [{ slug: acme, siteFolder: docs }]')
    t.match(problems, [{ field: 'projects[0].siteFolder', problem: 'must be an absolute path' }])
  })
})

/** What a file can carry of a project: all but IDs, secrets, versions and moments. */
function shapeOf({ project, clients }: Awaited<ReturnType<typeof currentConfiguration>>[number]) {
  const { id: _, version: _v, createdAt: _c, updatedAt: _u, groups, ...settings } = project
  return {
    settings,
    groups: groups.map(({ slug, name }) => ({ slug, name })),
    clients: clients
      .map(({ id: _, secrets, version: _v, ...rest }) => ({ ...rest, secrets: secrets.length }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
