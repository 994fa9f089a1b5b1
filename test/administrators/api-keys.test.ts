// API keys, and what whoever presents one may.
import Sqlite from 'better-sqlite3'
import t from 'tap'
import { principalOf } from '../../src/administrators/administrator-principal.ts'
import { createApiKey, listApiKeys, type NewApiKey, revokeApiKey } from '../../src/administrators/api-keys.ts'
import { authenticateApiKey } from '../../src/administrators/authenticate-api-key.ts'
import { deleteAdministrator, updateAdministrator } from '../../src/administrators/manage-administrators.ts'
import {
  maySee,
  type Principal,
  principalOfCommandLine,
  requireAllProjects,
  requireProjectFor,
  requireScope,
  scopes,
  scopesOfRole,
} from '../../src/administrators/principal.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { deleteProject } from '../../src/projects/update-project.ts'
import { onPostgres } from '../database-of-test.ts'
import { type People, refusal, startPeople } from './people.ts'

const DAY = 86_400_000
const ci = { name: 'ci', scopes: ['projects:read'], projectIds: null, life: null } satisfies NewApiKey

const who = (people: People, secret: string) => authenticateApiKey(people.deps, secret, '192.0.2.1')
const operator = (people: People) => principalOfCommandLine(people.gatepass.actor)

t.test('works', async t => {
  t.test('a key is shown once, and speaks for its scopes and projects', async t => {
    const people = await startPeople(t)
    const input = { ...ci, scopes: ['sign-ins:read', 'projects:read', 'projects:read'], projectIds: ['p1'] }
    const { apiKey, secret } = await createApiKey(people.deps, operator(people), input)
    t.match(secret, /^gpk_[\w-]{43}$/)
    t.match(apiKey, { name: 'ci', hint: secret.slice(-4), createdBy: 'test', administratorId: null })
    const principal = await who(people, secret)
    t.match(principal, { kind: 'api_key', id: apiKey.id, actor: { name: 'api-key:ci', origin: '192.0.2.1' } })
    t.same([...principal.scopes], ['projects:read', 'sign-ins:read'])
    t.same([maySee(principal, 'p1'), maySee(principal, 'p2'), maySee(principal, null)], [true, false, false])
    t.notOk(
      JSON.stringify([await listApiKeys(people.deps.database.read), await people.audit()]).includes(secret),
    )
  })

  t.test('when it was used is known to the minute', async t => {
    const people = await startPeople(t)
    const { secret } = await createApiKey(people.deps, operator(people), ci)
    const began = people.gatepass.clock.now()
    const used = async () => (await listApiKeys(people.deps.database.read))[0]!.lastUsedAt
    t.equal(await used(), null)
    await who(people, secret)
    people.gatepass.clock.seconds(59)
    await who(people, secret)
    t.equal(await used(), began)
    people.gatepass.clock.seconds(1)
    await who(people, secret)
    t.equal(await used(), began + 60_000)
  })

  t.test('the roles: what each may', async t => {
    t.same(scopesOfRole.owner, scopes)
    t.notOk(scopesOfRole.project_administrator.some(scope => /^(administrators|keys):/.test(scope)))
    t.same(
      scopesOfRole.read_only.filter(scope => !scope.endsWith(':read')),
      [],
    )
    t.notOk(scopesOfRole.read_only.includes('administrators:read'))
  })

  t.test('a project administrator of named projects sees those; with none named, all', async t => {
    const people = await startPeople(t)
    const acme = await people.gatepass.project()
    const other = await people.gatepass.project({ slug: 'other' })
    const registry = createRegistry(people.deps.database.read)
    await registry.refresh()
    const role = 'project_administrator'
    const some = await people.invited({ role, projectIds: [acme.id] })
    const all = await people.invited({ email: 'all@example.com', role, projectIds: null })
    const ofSome = principalOf(some.administrator, '::1')
    const ofAll = principalOf(all.administrator, '::1')
    t.equal(requireProjectFor(ofSome, registry, 'acme', 'projects:write').id, acme.id)
    t.throws(() => requireProjectFor(ofSome, registry, 'other', 'projects:read'), {
      code: 'not_found',
      message: 'There is no project other.',
    })
    t.throws(() => requireProjectFor(ofSome, registry, 'nowhere', 'projects:read'), {
      code: 'not_found',
      message: 'There is no project nowhere.',
    })
    t.throws(() => requireAllProjects(ofSome, 'projects:write'), { code: 'access_denied' })
    t.equal(requireProjectFor(ofAll, registry, 'other', 'projects:write').id, other.id)
    t.doesNotThrow(() => requireAllProjects(ofAll, 'projects:write'))
    t.throws(() => requireScope(ofAll, 'administrators:read'), { code: 'access_denied' })

    await deleteProject(people.deps, people.gatepass.actor, 'acme')
    await registry.refresh()
    t.throws(() => requireProjectFor(ofSome, registry, 'acme', 'projects:read'), { code: 'not_found' })
    t.equal(maySee(ofSome, other.id), false, 'whose last project is deleted sees none, not all')
  })
})

t.test('refuses', async t => {
  t.test('what is wrong, all of it at once', async t => {
    const people = await startPeople(t)
    const wrong = { name: ' \u202e', scopes: ['everything'], projectIds: [], life: 3651 * DAY }
    const { code, fields } = await refusal(createApiKey(people.deps, operator(people), wrong))
    t.equal(code, 'invalid_request')
    t.same(
      fields?.map(({ field }) => field),
      ['name', 'scopes', 'projects', 'expires'],
    )
    for (const more of [{ scopes: [] }, { life: 0 }, { life: Number.NaN }, { scopes: ['__proto__'] }]) {
      t.equal(
        (await refusal(createApiKey(people.deps, operator(people), { ...ci, ...more }))).code,
        'invalid_request',
      )
    }
  })

  t.test('unknown, revoked, expired, and what is no key: one answer', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    const old = await createApiKey(deps, operator(people), { ...ci, life: DAY })
    const revoked = await createApiKey(deps, operator(people), ci)
    await revokeApiKey(deps, gatepass.actor, revoked.apiKey.id)
    await revokeApiKey(deps, gatepass.actor, revoked.apiKey.id)
    t.equal((await people.audit()).filter(({ action }) => action === 'api-key.revoke').length, 1)
    t.ok(await who(people, old.secret))
    gatepass.clock.advance(DAY)
    const answers = new Set<string>()
    for (const secret of [
      old.secret,
      revoked.secret,
      `${revoked.secret} `,
      'gpk_',
      '',
      '🦦',
      'x'.repeat(10_000),
    ]) {
      const { code, message } = await refusal(who(people, secret))
      answers.add(`${code} ${message}`)
    }
    t.equal(answers.size, 1)
    t.equal((await refusal(revokeApiKey(deps, gatepass.actor, 'nothing'))).code, 'not_found')
  })
})

t.test('resists', async t => {
  t.test('a key is never above its maker', async t => {
    const people = await startPeople(t)
    const { administrator } = await people.invited({ role: 'project_administrator', projectIds: ['p1'] })
    const maker = principalOf(administrator, '::1')
    const above: Partial<NewApiKey>[] = [
      { scopes: ['administrators:write'], projectIds: ['p1'] },
      { projectIds: null },
      { projectIds: ['p1', 'p2'] },
    ]
    for (const more of above) {
      const { code } = await refusal(createApiKey(people.deps, maker, { ...ci, ...more }))
      t.equal(code, 'access_denied')
    }
    t.ok(await createApiKey(people.deps, maker, { ...ci, projectIds: ['p1'] }))
  })

  t.test('nor later: it shrinks with its maker, and so do keys that were made with it', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    await people.owner('other@example.com')
    const { administrator } = await people.owner()
    const all = { name: 'all', scopes, projectIds: null, life: null }
    const first = await createApiKey(deps, principalOf(administrator, '::1'), all)
    const second = await createApiKey(deps, await who(people, first.secret), all)
    const operators = await createApiKey(deps, operator(people), all)
    const rights = async ({ secret }: { secret: string }): Promise<Principal> => await who(people, secret)

    t.equal((await rights(second)).scopes.size, scopes.length)
    await updateAdministrator(deps, gatepass.actor, administrator.id, {
      role: 'project_administrator',
      projectIds: ['p1'],
    })
    for (const key of [first, second]) {
      const { scopes: left, projects } = await rights(key)
      t.same([...left], scopesOfRole.project_administrator)
      t.same(projects, new Set(['p1']))
    }
    await updateAdministrator(deps, gatepass.actor, administrator.id, { disabled: true })
    for (const key of [first, second]) t.equal((await refusal(rights(key))).code, 'invalid_token')
    await updateAdministrator(deps, gatepass.actor, administrator.id, { disabled: false })
    t.ok(await rights(first))
    await deleteAdministrator(deps, gatepass.actor, administrator.id)
    for (const key of [first, second]) t.equal((await refusal(rights(key))).code, 'invalid_token')
    t.equal((await rights(operators)).scopes.size, scopes.length, 'the command line has no boss')
  })

  t.test(
    'where nothing can be written a key still opens what is only read',
    { skip: onPostgres && 'of SQLite alone' },
    async t => {
      const people = await startPeople(t)
      const { secret } = await createApiKey(people.deps, operator(people), ci)
      const blocker = new Sqlite(people.gatepass.config.databaseUrl)
      blocker.exec('BEGIN IMMEDIATE')
      t.ok(await who(people, secret))
      blocker.close()
      t.equal((await listApiKeys(people.deps.database.read))[0]!.lastUsedAt, null)
    },
  )
})
