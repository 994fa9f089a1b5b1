// How a code comes into the world, whoever asks for it: a login endpoint, or an administrator who tests.
import { findAttemptOf, recordRefusal, recordStep, type Visit } from '../audit/attempts.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { moveSettingsVersion } from '../db/settings-version.ts'
import type { SsoStandard } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { newOneTimeSecret } from '../platform/one-time-secret.ts'
import { callbackUrl, hasSite, type Project } from '../projects/project.ts'
import { ensureGroup } from '../projects/reader-groups.ts'
import { admitReader } from '../readers/admit-reader.ts'
import type { Profile, Reader } from '../readers/reader.ts'
import { findReaderByExternalId } from '../readers/reader-store.ts'
import { CODE_LIFE } from './code.ts'
import { insertCode } from './code-store.ts'
import type { OutstandingCodes } from './outstanding-codes.ts'
import { type Push, type Pushed, readPush } from './read-push.ts'

export interface MakingDeps {
  readonly database: Database
  readonly clock: Clock
  readonly outstanding: OutstandingCodes
}

export interface GeneratedCode {
  readonly code: string
  /** Seconds. */
  readonly expiresIn: number
  /** The callback URL with the code, ready to redirect to. */
  readonly callbackUrl: string
  readonly traceId: string
}

/** What the transaction of a code has made. */
export interface Made {
  readonly reader: Reader
  readonly groups: Pushed['groups']
  readonly traceId: string
  readonly now: number
}

/** On whose word the code is made. */
export interface Maker {
  readonly project: Project
  /** The standard that the reader is vouched for by. */
  readonly standard: SsoStandard
  readonly clientId: string
  /** The secret that must still be good when the code is redeemed; null where none was used. */
  readonly secretId: string | null
  /** The account session that the reader is signed in with. */
  readonly centralKey?: Uint8Array
  /** How long the code can be redeemed, in milliseconds. */
  readonly life?: number
  /** What else the attempt tells, also where the push is refused. */
  readonly detail: Readonly<Record<string, unknown>>
  /** What else is written in the transaction of the code. */
  readonly alongside: (tx: Handle, made: Made) => Promise<void>
}

/** @throws AppError `access_denied`, `invalid_request`, `slow_down`; why stands in the attempt. */
export async function makeCode(
  deps: MakingDeps,
  maker: Maker,
  push: Push,
  visit: Visit,
): Promise<GeneratedCode> {
  const now = deps.clock.now()
  const { project, life = CODE_LIFE } = maker
  // A login endpoint that echoes `state` continues the attempt that began at the site.
  const traceId = (await findAttemptOf(deps.database.read, project.id, push.state)) ?? visit.traceId
  try {
    refuseClosed(project, maker.standard)
    if (!hasSite(project)) {
      const sentence = 'This project has no site that a reader could be sent to.'
      throw new AppError('access_denied', sentence, { reason: 'site_missing' })
    }
    const pushed = readPush(project, push, now)
    if (!(await deps.outstanding.admit(deps.database.read, project, now))) {
      throw new AppError('slow_down', 'Too many codes of this project are waiting to be redeemed.', {
        retryAfter: life / 1000,
        reason: 'too_many_codes',
        detail: { limit: project.outstandingCodesLimit },
      })
    }
    const secret = newOneTimeSecret(now)
    const refusal = await deps.database.write(async tx => {
      // A group is not made for somebody who may not come in.
      if (pushed.newGroups.length > 0 && (await isBlocked(tx, project, pushed.profile))) return blocked()
      const profile = await settleNewGroups(tx, project, pushed, now)
      const reader = await admitReader(tx, project.id, profile, now)
      if (reader.blockedAt !== null) return blocked()
      await insertCode(tx, {
        key: secret.key,
        projectId: project.id,
        clientId: maker.clientId,
        secretId: maker.secretId,
        readerId: reader.id,
        validityMinutes: pushed.validityMinutes,
        redirectPath: pushed.redirectPath,
        codeChallenge: pushed.codeChallenge,
        traceId,
        expiresAt: now + life,
        authorization: null,
        standard: maker.standard,
        centralKey: maker.centralKey ?? null,
      })
      await recordStep(tx, {
        traceId,
        address: visit.address,
        projectId: project.id,
        at: now,
        step: 'code',
        outcome: 'passed',
        reason: null,
        reader: pushed.profile.externalId,
        detail: { ...pushed.detail, ...maker.detail },
      })
      await maker.alongside(tx, { reader, groups: pushed.groups, traceId, now })
      return undefined
    })
    if (refusal) throw refusal
    const landing = pushed.redirectPath ? `&redirectUrl=${encodeURIComponent(pushed.redirectPath)}` : ''
    return {
      code: secret.text,
      expiresIn: life / 1000,
      callbackUrl: `${callbackUrl(project)}?code=${secret.text}${landing}`,
      traceId,
    }
  } catch (error) {
    if (error instanceof AppError) {
      const about = {
        step: 'code',
        projectId: project.id,
        reader: push.externalId ?? push.emailId,
        at: now,
      } as const
      const told = { reason: error.reason, detail: { ...error.detail, ...maker.detail } }
      await recordRefusal(deps.database, { ...visit, traceId }, about, told)
      error.traceId = traceId
    }
    throw error
  }
}

/** @throws AppError `access_denied` where the project lets nobody in, or lets them in by another standard. */
export function refuseClosed(project: Project, standard: SsoStandard): void {
  if (!project.jwtEnabled) {
    throw new AppError('access_denied', 'JWT sign-in is switched off for this project.', {
      reason: 'jwt_off',
    })
  }
  if (project.standard !== standard) {
    throw new AppError(
      'access_denied',
      `This project signs readers in by another standard: ${project.standard}.`,
      {
        reason: 'other_standard',
        detail: { standard: project.standard, tried: standard },
      },
    )
  }
}

async function isBlocked(tx: Handle, project: Project, profile: Profile): Promise<boolean> {
  const reader = await findReaderByExternalId(tx, project.id, profile.externalId)
  return reader !== undefined && reader.blockedAt !== null
}

export function blocked(): AppError {
  return new AppError('access_denied', 'This reader may not sign in.', { reason: 'reader_blocked' })
}

/** Makes the groups that are new, unless somebody made them a moment ago; the profile then has the groups that exist. */
export async function settleNewGroups(
  tx: Handle,
  project: Project,
  pushed: Pushed,
  now: number,
): Promise<Profile> {
  if (pushed.newGroups.length === 0) return pushed.profile
  const existing = new Map<string, string>()
  for (const group of pushed.newGroups) {
    const id = await ensureGroup(tx, project.id, group, now)
    existing.set(group.id, id)
  }
  await moveSettingsVersion(tx)
  const groupIds = pushed.profile.groupIds.map(id => existing.get(id) ?? id).sort()
  return { ...pushed.profile, groupIds }
}
