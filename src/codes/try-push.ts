import { type Reason, reasons } from '../audit/reasons.ts'
import type { Database } from '../db/database.ts'
import type { SigningAlgorithm } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { randomBytes } from '../platform/random.ts'
import { homePath, type Project } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import type { Reader } from '../readers/reader.ts'
import { findReaderByExternalId } from '../readers/reader-store.ts'
import { resolveGroups } from '../readers/resolve-groups.ts'
import { groupSlugs } from '../tokens/claims.ts'
import { idTokenClaims, SCOPE } from '../tokens/issue-tokens.ts'
import { blocked, refuseClosed } from './make-code.ts'
import { type AtCallback, afterPush, atCallback, type PushPreview, previewPush } from './preview-push.ts'
import { payloadProblems, soundFields } from './push-payload.ts'
import { type Push, type Pushed, readPush, refuseHalfBinding, warningsAbout } from './read-push.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly issuer: string
}

/** Why a push would be refused, with what to do about it. */
export interface TrialProblem {
  /** Null where no field of the payload is at fault. */
  readonly field: string | null
  readonly problem: string
  readonly reason: Reason
  readonly fix: string
}

export interface PushTrial {
  /** All there are; a push is refused for any one of them. */
  readonly problems: readonly TrialProblem[]
  readonly warnings: readonly string[]
  /** What a sign-in would bring, also where the project is closed or the reader blocked; null where fields are wrong. */
  readonly outcome: TrialOutcome | null
}

export interface TrialOutcome extends PushPreview {
  readonly reader: {
    /** Null for one whom the sign-in would make. */
    readonly id: string | null
    readonly blocked: boolean
    /** What a sign-in would change: what was pushed last is what the reader is. */
    readonly changes: readonly { readonly field: string; readonly from: string; readonly to: string }[]
  }
  /** The path on the site where the reader would land. */
  readonly landing: string
  /** In the browser of somebody who tries it without beginning at the site. */
  readonly atCallback: AtCallback
  /** What the project's own site client would get; times as of now. */
  readonly idToken: {
    readonly header: { readonly alg: SigningAlgorithm; readonly typ: 'JWT' }
    readonly claims: Readonly<Record<string, unknown>>
  }
}

/**
 * What would come of a push, with everything that is wrong with it at once. Unlike `dryRun` it throws nothing: it is for
 * whoever may see the true reasons. Nothing is stored.
 */
export async function tryPush(deps: Deps, project: Project, payload: unknown): Promise<PushTrial> {
  const now = deps.clock.now()
  const wrong = payloadProblems(payload)
  const sound = soundFields(payload, wrong)
  const named = (field: string) => wrong.some(each => each.field.split('.')[0] === field)
  const groups = attempt(() => resolveGroups(project, sound.readerGroupIds ?? [], now))
  const binding = attempt(() =>
    named('codeChallenge') || named('codeChallengeMethod') ? undefined : refuseHalfBinding(sound),
  )
  const ofFields = [
    ...wrong.map(each => ({ ...each, ...toldBy('payload_invalid') })),
    ...binding.problems,
    ...groups.problems,
  ]
  const complete = ofFields.length === 0 ? (sound as Push) : undefined
  const reader = complete && (await readerOf(deps, project, complete))
  return {
    problems: [
      ...attempt(() => refuseClosed(project, 'jwt')).problems,
      ...attempt(() => refuseBlocked(reader)).problems,
      ...ofFields,
    ],
    warnings: warningsAbout(project, sound, groups.result ?? {}),
    outcome: complete ? outcomeOf(deps, project, complete, reader, now) : null,
  }
}

function outcomeOf(
  deps: Deps,
  project: Project,
  push: Push,
  reader: Reader | undefined,
  now: number,
): TrialOutcome {
  const pushed = readPush(project, push, now)
  const after = afterPush(project, pushed, reader)
  const site = deps.registry.clientsOf(project.id).find(client => client.kind === 'site')
  const claims = idTokenClaims(deps.issuer, {
    ...after,
    clientId: site?.id ?? 'the site client',
    sid: randomBytes(32).toString('base64url'),
    authTime: now,
    expiresAt: now + pushed.validityMinutes * 60_000,
    scope: SCOPE,
    nonce: null,
    now,
  })
  const header = { alg: site?.idTokenAlgorithm ?? project.signingAlgorithm, typ: 'JWT' } as const
  return {
    ...previewPush(pushed),
    reader: {
      id: reader?.id ?? null,
      blocked: reader !== undefined && reader.blockedAt !== null,
      changes: reader ? changesOf(project, pushed, reader) : [],
    },
    landing: pushed.redirectPath ?? homePath(project),
    atCallback: atCallback(project, push),
    idToken: { header, claims },
  }
}

function changesOf(project: Project, { profile, groups }: Pushed, reader: Reader) {
  const list = (slugs: readonly string[]) => [...slugs].sort().join(', ')
  const before = { ...reader, groups: list(groupSlugs(project, reader.groupIds)) }
  const after = { ...profile, groups: list(groups.map(group => group.slug)) }
  return (['username', 'firstName', 'lastName', 'email', 'groups'] as const)
    .map(field => ({ field, from: before[field], to: after[field] }))
    .filter(({ from, to }) => from !== to)
}

async function readerOf(deps: Deps, project: Project, push: Push): Promise<Reader | undefined> {
  const externalId = (push.externalId ?? push.emailId).normalize('NFC')
  return await findReaderByExternalId(deps.database.read, project.id, externalId)
}

function refuseBlocked(reader: Reader | undefined): void {
  if (reader && reader.blockedAt !== null) throw blocked()
}

/** A check that refuses by throwing, as the problems that it has. */
function attempt<T>(check: () => T): { readonly result?: T; readonly problems: readonly TrialProblem[] } {
  try {
    return { result: check(), problems: [] }
  } catch (refusal) {
    if (!(refusal instanceof AppError)) throw refusal
    const told = toldBy(refusal.reason as Reason)
    const fields = refusal.fields ?? [{ field: null, problem: reasons[told.reason].sentence }]
    return { problems: fields.map(each => ({ ...each, ...told })) }
  }
}

function toldBy(reason: Reason): Pick<TrialProblem, 'reason' | 'fix'> {
  return { reason, fix: reasons[reason].fix }
}
