// Administrators of a test, and what they do, by the rules that every door calls.
import type { Test } from 'tap'
import { acceptLink } from '../../src/administrators/accept-link.ts'
import type { Administrator, AdministratorInput } from '../../src/administrators/administrator.ts'
import { findAdministratorSession } from '../../src/administrators/administrator-sessions.ts'
import { createOwnerLink } from '../../src/administrators/hand-out-link.ts'
import { inviteAdministrator } from '../../src/administrators/manage-administrators.ts'
import { confirmTotp } from '../../src/administrators/own-account.ts'
import {
  type SignedIn,
  signInAdministrator,
  signInBySecondStep,
} from '../../src/administrators/sign-in-administrator.ts'
import { beginTotp } from '../../src/administrators/totp-enrolment.ts'
import { type AuditEntry, listAudit } from '../../src/audit/audit-log.ts'
import { AppError } from '../../src/errors.ts'
import { wrappingKey } from '../../src/keys/wrap.ts'
import type { Origin } from '../../src/platform/sign-in-origin.ts'
import { startApp, type TestApp } from '../start-app.ts'
import { digitsAt } from './authenticator.ts'

export const password = 'seven wet otters'
export const office: Origin = { address: '192.0.2.10', userAgent: 'Firefox' }
export const stranger: Origin = { address: '198.51.100.66', userAgent: 'curl' }

export interface People {
  readonly gatepass: TestApp
  readonly deps: TestApp['rules'] & { wrapping: Buffer }
  /** A new owner, by a link from the command line, signed in at the office. */
  owner(email?: string): Promise<{ administrator: Administrator; session: string }>
  /** Somebody who was invited, and who took the link. */
  invited(input?: Partial<AdministratorInput>): Promise<{ administrator: Administrator; session: string }>
  /** An owner with a second factor. */
  withTotp(email?: string): Promise<{ administrator: Administrator; session: string; digits(): string }>
  signIn(input: { email: string; password?: string }, from?: Origin): Promise<SignedIn>
  /** The session's secret of a sign-in that needs no second step. */
  session(email: string, from?: Origin): Promise<string>
  secondStep(secondStep: string, digits: string, from?: Origin): Promise<{ session: string }>
  /** Whether a session's cookie still opens the console. */
  isIn(session: string): Promise<boolean>
  whoIs(session: string): Promise<Administrator>
  keyOf(session: string): Promise<Buffer>
  audit(): Promise<AuditEntry[]>
}

export async function startPeople(t: Test): Promise<People> {
  const gatepass = await startApp(t)
  const { database, clock, actor, config } = gatepass
  const deps = { ...gatepass.rules, wrapping: wrappingKey(config.secret) }
  const found = (session: string) => findAdministratorSession(database.read, session, clock.now())

  const people: People = {
    gatepass,
    deps,
    async owner(email = 'ada@example.com') {
      const { token } = await createOwnerLink(deps, actor)
      const input = { token, email, name: 'Ada Lovelace', password, repeated: password }
      const session = (await acceptLink(deps, input, office))!
      return { administrator: await people.whoIs(session), session }
    },
    async invited(input = {}) {
      const whole = {
        email: 'grace@example.com',
        name: 'Grace',
        role: 'read_only' as const,
        projectIds: null,
        ...input,
      }
      const { link } = await inviteAdministrator(deps, actor, whole)
      const session = (await acceptLink(deps, { token: link.token, password, repeated: password }, office))!
      return { administrator: await people.whoIs(session), session }
    },
    async withTotp(email) {
      const { administrator, session } = await people.owner(email)
      const { secret, sealed } = beginTotp(deps, administrator)
      const digits = () => digitsAt(secret, clock.now())
      const input = { current: password, sealed, digits: digits(), session: await people.keyOf(session) }
      await confirmTotp(deps, administrator, input, office)
      clock.seconds(30)
      return { administrator, session, digits }
    },
    signIn: ({ email, password: typed = password }, from = office) =>
      signInAdministrator(deps, { email, password: typed }, from),
    async session(email, from) {
      const signedIn = await people.signIn({ email }, from)
      if (!('session' in signedIn)) throw new Error('a second factor is asked for')
      return signedIn.session
    },
    secondStep: (secondStep, digits, from = office) => signInBySecondStep(deps, { secondStep, digits }, from),
    isIn: async session => (await found(session)) !== undefined,
    whoIs: async session => (await found(session))!.administrator,
    keyOf: async session => (await found(session))!.session.key,
    audit: () => listAudit(database.read, 1000),
  }
  return people
}

/** The refusal that this ends with. */
export async function refusal(work: Promise<unknown>): Promise<AppError> {
  try {
    await work
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('it was not refused')
}
