// How each reason of the central login page comes about.
import { createAccount } from '../../src/accounts/create-account.ts'
import type { Reason } from '../../src/audit/reasons.ts'
import { AppError } from '../../src/errors.ts'
import { newTraceId } from '../../src/platform/trace-id.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { tellingRefusal } from '../../src/upstream/accounts/tell-refusal.ts'
import { issuer, type TestApp, type TestProject } from '../start-app.ts'
import { login, Person, person, tokenIn, user } from './people.ts'

type Way = (gatepass: TestApp, acme: TestProject) => Promise<unknown>

/** A project of accounts, with Ada among its members. */
async function open(gatepass: TestApp, acme: TestProject) {
  await updateProject(gatepass.rules, gatepass.actor, acme.slug, { standard: 'accounts' })
  return await person(gatepass, 'ada', [acme])
}

const atSite = (acme: TestProject) => `${issuer}/login/${acme.slug}`

export const waysOfAccounts = {
  async account_unknown(gatepass, acme) {
    await open(gatepass, acme)
    await new Person(gatepass).fill(atSite(acme), { username: 'nobody', password: 'x' })
  },
  async account_password_wrong(gatepass, acme) {
    await open(gatepass, acme)
    await new Person(gatepass).fill(atSite(acme), { username: 'ada', password: 'x' })
  },
  async account_password_unset(gatepass, acme) {
    await open(gatepass, acme)
    const bob = {
      username: 'bob',
      email: null,
      name: '',
      type: 'user',
      scope: '',
      emailVerified: false,
    } as const
    await createAccount(gatepass.rules, gatepass.actor, bob)
    await new Person(gatepass).fill(atSite(acme), { username: 'bob', password: 'x' })
  },
  async account_disabled(gatepass, acme) {
    const { id } = await open(gatepass, acme)
    await gatepass.database.write(tx =>
      tx.updateTable('accounts').set({ disabled_at: gatepass.clock.now() }).where('id', '=', id).execute(),
    )
    await new Person(gatepass).signIn('ada', acme.siteUrl)
  },
  // Between the comparison and its transaction nobody gets from outside.
  account_changed: (gatepass, acme) =>
    tellingRefusal(
      gatepass,
      'code',
      { project: { id: acme.id } as Parameters<typeof tellingRefusal>[2]['project'] },
      { traceId: newTraceId(gatepass.clock.now()), address: null },
      async () => {
        throw new AppError('access_denied', 'x', { reason: 'account_changed' })
      },
    ).catch(() => {}),
  async account_not_member(gatepass, acme) {
    await open(gatepass, acme)
    await person(gatepass, 'eve')
    await new Person(gatepass).fill(atSite(acme), { username: 'eve', password: 'five plain words are long' })
  },
  async too_many_guesses(gatepass, acme) {
    await open(gatepass, acme)
    const browser = new Person(gatepass)
    const page = await browser.get(atSite(acme))
    for (let guess = 0; guess < 11; guess++) await browser.send(page, { username: 'ada', password: 'x' })
  },
  async login_forged(gatepass, acme) {
    await open(gatepass, acme)
    await new Person(gatepass).fill(atSite(acme), { username: 'ada' }, { origin: 'https://evil.test' })
  },
  async target_not_allowed(gatepass, acme) {
    await gatepass.get(login(`${acme.siteUrl}/%2e%2e/x`))
  },
  async sso_token_unknown(gatepass) {
    await user(gatepass, 'A'.repeat(43))
  },
  async sso_token_expired(gatepass, acme) {
    await open(gatepass, acme)
    const token = tokenIn(await new Person(gatepass).signIn('ada', acme.siteUrl))
    gatepass.clock.seconds(60)
    await user(gatepass, token)
  },
  async sso_token_other_origin(gatepass, acme) {
    await open(gatepass, acme)
    const token = tokenIn(await new Person(gatepass).signIn('ada', acme.siteUrl))
    await user(gatepass, token, { origin: 'https://evil.test' })
  },
} satisfies Partial<Record<Reason, Way>>
