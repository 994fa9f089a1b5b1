// One-time links: the first owner, an invitation, a forgotten password.
import t from 'tap'
import { acceptLink, readLink } from '../../src/administrators/accept-link.ts'
import { createFirstLink, createOwnerLink, renewLink } from '../../src/administrators/hand-out-link.ts'
import {
  deleteAdministrator,
  inviteAdministrator,
  resetTotp,
  updateAdministrator,
} from '../../src/administrators/manage-administrators.ts'
import { changeOwnPassword } from '../../src/administrators/own-account.ts'
import { newOneTimeSecret } from '../../src/platform/one-time-secret.ts'
import { office, type People, password, refusal, startPeople } from './people.ts'

const HOUR = 3_600_000
const grace = { email: 'grace@example.com', name: 'Grace', role: 'read_only', projectIds: null } as const
const fresh = { password: 'nine dry badgers', repeated: 'nine dry badgers' }

const take = (people: People, token: string, more: Record<string, string> = {}) =>
  acceptLink(people.deps, { token, email: 'ada@example.com', name: 'Ada', ...fresh, ...more }, office)

t.test('works', async t => {
  t.test(
    'the first link is offered while there is nobody; whoever opens it is an owner and signed in',
    async t => {
      const people = await startPeople(t)
      const { deps, gatepass } = people
      const link = (await createFirstLink(deps, gatepass.actor))!
      t.equal(link.expiresAt - gatepass.clock.now(), HOUR)
      t.equal(await readLink(deps, link.token), undefined)
      const session = (await take(people, link.token))!
      t.match(await people.whoIs(session), {
        email: 'ada@example.com',
        role: 'owner',
        active: true,
        hasTotp: false,
      })
      t.equal(await createFirstLink(deps, gatepass.actor), undefined)
      const made = (await people.audit()).find(({ action }) => action === 'administrator.create')
      t.match(made, {
        actor: { name: 'admin:ada@example.com' },
        detail: { role: 'owner', linkMadeBy: 'test' },
      })
    },
  )

  t.test('an invitation keeps who they are; only the password is theirs to say', async t => {
    const people = await startPeople(t)
    const { link, administrator } = await inviteAdministrator(people.deps, people.gatepass.actor, grace)
    t.equal(administrator.active, false)
    t.match(await readLink(people.deps, link.token), { email: grace.email, role: 'read_only' })
    const session = (await take(people, link.token, { email: 'other@example.com', role: 'owner' }))!
    t.match(await people.whoIs(session), { email: grace.email, role: 'read_only', active: true })
  })

  t.test('one for a forgotten password: the old one and its sessions are over', async t => {
    const people = await startPeople(t)
    const { administrator, session } = await people.owner()
    const { token } = await renewLink(people.deps, people.gatepass.actor, administrator.id)
    t.ok(await people.isIn(session), 'nothing happens before it is taken')
    t.ok(await take(people, token))
    t.notOk(await people.isIn(session))
    t.equal((await refusal(people.session(administrator.email))).code, 'access_denied')
    t.ok(await people.signIn({ email: administrator.email, password: fresh.password }))
  })

  t.test('a link does not stand in for the second factor, unless that is taken away', async t => {
    const people = await startPeople(t)
    const { administrator } = await people.withTotp()
    const first = await renewLink(people.deps, people.gatepass.actor, administrator.id)
    t.equal(await take(people, first.token), null)
    t.match(await people.signIn({ email: administrator.email, password: fresh.password }), {
      secondStep: String,
    })
    await resetTotp(people.deps, people.gatepass.actor, administrator.id)
    const second = await renewLink(people.deps, people.gatepass.actor, administrator.id)
    t.ok(await take(people, second.token))
  })
})

t.test('refuses', async t => {
  t.test('what is wrong, all of it at once, and the link stays good', async t => {
    const people = await startPeople(t)
    const { token } = await createOwnerLink(people.deps, people.gatepass.actor)
    const wrong = { email: 'ada', name: '\u202e', password: 'short', repeated: 'other' }
    t.same(
      (await refusal(take(people, token, wrong))).fields?.map(({ field }) => field),
      [...['email', 'name', 'password', 'repeated']],
    )
    t.ok(await take(people, token))
  })

  t.test('an e-mail address that somebody has, in whatever spelling', async t => {
    const people = await startPeople(t)
    await people.owner()
    const { token } = await createOwnerLink(people.deps, people.gatepass.actor)
    for (const email of ['ADA@example.com', 'ada@EXAMPLE.com ', 'ａda@example.com']) {
      t.match(await refusal(take(people, token, { email })), {
        code: 'conflict',
        fields: [{ field: 'email' }],
      })
    }
    t.ok(await take(people, token, { email: 'bob@example.com' }))
  })
})

t.test('resists', async t => {
  t.test('a link that is used at once by many is taken by one', async t => {
    const people = await startPeople(t)
    const { token } = await createOwnerLink(people.deps, people.gatepass.actor)
    const taken = await Promise.allSettled(
      [1, 2, 3, 4, 5, 6].map(index => take(people, token, { email: `ada-${index}@example.com` })),
    )
    t.equal(taken.filter(({ status }) => status === 'fulfilled').length, 1)
    t.equal(await people.gatepass.count('administrators'), 1)
  })

  t.test('used, too old, made up, cut off: one answer, and no work is done for it', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    const used = await createOwnerLink(deps, gatepass.actor)
    await take(people, used.token)
    const old = await createOwnerLink(deps, gatepass.actor)
    gatepass.clock.advance(HOUR)
    const dead = [
      used.token,
      old.token,
      newOneTimeSecret(gatepass.clock.now()).text,
      used.token.slice(1),
      '',
      '%00',
    ]
    const answers = new Set<string>()
    for (const token of dead) {
      answers.add((await refusal(readLink(deps, token))).message)
      const refused = await refusal(take(people, token, { password: 'short' }))
      t.match(refused, { code: 'invalid_grant', fields: undefined })
      answers.add(refused.message)
    }
    t.equal(answers.size, 1)
    gatepass.clock.advance(-2 * HOUR)
    t.equal((await refusal(take(people, used.token))).code, 'invalid_grant', 'used stays used')
  })

  t.test('once there is an owner, the other links that starts printed are worth nothing', async t => {
    const people = await startPeople(t)
    const { deps, gatepass } = people
    const links = [await createFirstLink(deps, gatepass.actor), await createFirstLink(deps, gatepass.actor)]
    await take(people, links[0]!.token)
    t.equal((await refusal(take(people, links[1]!.token, { email: 'b@example.com' }))).code, 'invalid_grant')
  })

  t.test(
    'a link dies with a newer one, a new password, a corrected address, being disabled or deleted',
    async t => {
      const people = await startPeople(t)
      const { deps, gatepass } = people
      const { actor } = gatepass
      await people.owner('other@example.com')
      const { administrator, session } = await people.owner()
      const { id } = administrator
      const key = await people.keyOf(session)
      const deadly: Record<string, () => Promise<unknown>> = {
        'a newer one': () => renewLink(deps, actor, id),
        'a new password': () =>
          changeOwnPassword(deps, administrator, { current: password, ...fresh, session: key }, office),
        'a corrected address': () => updateAdministrator(deps, actor, id, { email: 'adah@example.com' }),
        'being disabled': async () => {
          await updateAdministrator(deps, actor, id, { disabled: true })
          await updateAdministrator(deps, actor, id, { disabled: false })
        },
        'being deleted': () => deleteAdministrator(deps, actor, id),
      }
      for (const [what, happens] of Object.entries(deadly)) {
        const { token } = await renewLink(deps, actor, id)
        await happens()
        t.equal((await refusal(take(people, token))).code, 'invalid_grant', what)
      }
    },
  )

  t.test('the database holds nothing that opens a link or a session', async t => {
    const people = await startPeople(t)
    const { token } = await createOwnerLink(people.deps, people.gatepass.actor)
    const session = (await take(people, token))!
    const { read } = people.deps.database
    for (const table of ['administrator_links', 'administrator_sessions'] as const) {
      const { key } = await read.selectFrom(table).select('key').executeTakeFirstOrThrow()
      for (const secret of [token, session]) {
        t.not(Buffer.from(key).toString('base64url'), secret)
      }
      const presented = Buffer.from(key).toString('base64url')
      t.equal((await refusal(readLink(people.deps, presented))).code, 'invalid_grant')
      t.notOk(await people.isIn(presented))
    }
  })
})
