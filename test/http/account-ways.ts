// How the reasons of accounts and suites come about.
import { createOutstandingCodes } from '../../src/codes/outstanding-codes.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { handOver } from '../../src/upstream/hand-over.ts'
import type { TestApp, TestProject } from '../start-app.ts'
import { authenticate, password, register, signIn } from './account-api.ts'

type Way = (gatepass: TestApp, acme: TestProject) => Promise<unknown>

/** The project takes accounts, and anyone who has one. */
async function open({ rules, actor }: TestApp, acme: TestProject): Promise<void> {
  await updateProject(rules, actor, acme.slug, { standard: 'accounts', accountAdmission: 'anyone' })
}

const try_ = (gatepass: TestApp, acme: TestProject, more: Record<string, unknown> = {}) =>
  authenticate(gatepass, { username: 'ada', password, ssoSuiteId: acme.id, ...more })

const disable = (gatepass: TestApp) =>
  gatepass.database.write(tx => tx.updateTable('accounts').set({ disabled_at: 1 }).execute())

export const waysOfSuites = {
  async site_missing(gatepass, acme) {
    const { database, clock } = gatepass
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { standard: 'accounts', siteUrl: '' })
    const registry = createRegistry(database.read)
    await registry.refresh()
    const named = { issuer: 'account', subject: 'x', username: 'ada', firstName: '', lastName: '', email: '' }
    const identity = { ...named, emailVerified: false, groups: [] }
    const deps = { database, clock, outstanding: createOutstandingCodes() }
    const project = registry.projectById(acme.id)!
    const visit = { traceId: '0'.repeat(32), address: null }
    await handOver(deps, project, 'accounts', identity, {}, {}, visit).catch(() => {})
  },
  async account_changed(gatepass, acme) {
    await open(gatepass, acme)
    await register(gatepass, 'ada')
    const trying = try_(gatepass, acme)
    // The guess is counted before the password is compared, which takes its time.
    const isCounted = async () =>
      (
        await gatepass.database.read
          .selectFrom('guess_counters')
          .selectAll()
          .where('key', 'like', 'account %')
          .execute()
      ).length > 0
    while (!(await isCounted())) await new Promise(go => setImmediate(go))
    await disable(gatepass)
    await trying
  },
  async suite_unknown(gatepass, acme) {
    await try_(gatepass, acme, { ssoSuiteId: 'x' })
  },
  async suite_token_invalid(gatepass) {
    await authenticate(gatepass, { jwt: 'x.y.z' })
  },
  async suite_token_expired(gatepass, acme) {
    await open(gatepass, acme)
    await register(gatepass, 'ada')
    const jwt = await signIn(gatepass, 'ada', acme.id)
    gatepass.clock.minutes(15)
    await authenticate(gatepass, { jwt })
  },
  async suite_session_over(gatepass, acme) {
    await open(gatepass, acme)
    await register(gatepass, 'ada')
    const jwt = await signIn(gatepass, 'ada', acme.id)
    await authenticate(gatepass, { jwt, renew: true })
    await authenticate(gatepass, { jwt })
  },
} satisfies Record<string, Way>

/** Those whose project nobody knows. */
export const strangersToSuites = ['suite_unknown', 'suite_token_invalid'] as const
