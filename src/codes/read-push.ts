import { AppError } from '../errors.ts'
import type { Project, ReaderGroup } from '../projects/project.ts'
import type { Profile } from '../readers/reader.ts'
import { type ResolvedGroups, resolveGroups } from '../readers/resolve-groups.ts'
import { landingPath } from './landing-path.ts'

/** The payload of code generation after its types were checked (contract, section 1). */
export interface Push {
  readonly username: string
  readonly firstName?: string
  readonly lastName?: string
  readonly emailId: string
  readonly readerGroupIds?: readonly string[]
  readonly tokenValidity?: number
  readonly providerName?: string
  readonly externalId?: string
  readonly state?: string
  readonly codeChallenge?: string
  readonly codeChallengeMethod?: string
  readonly redirectUrl?: string
  /** Fields that are not ours: passed over, and told in the attempt. */
  readonly unknownFields?: readonly string[]
}

/** A push as the rules use it. */
export interface Pushed {
  readonly profile: Profile
  readonly groups: readonly ReaderGroup[]
  readonly newGroups: readonly ReaderGroup[]
  readonly validityMinutes: number
  readonly redirectPath: string | null
  readonly codeChallenge: string | null
  readonly warnings: readonly string[]
  /** What the attempt tells about it. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** @throws AppError `invalid_request` for groups that the project does not know, or a challenge without its method. */
export function readPush(project: Project, push: Push, now: number): Pushed {
  refuseHalfBinding(push)
  const groups = resolveGroups(project, push.readerGroupIds ?? [], now)
  const validityMinutes = validityOf(project, push)
  const redirectPath = landingPath(push.redirectUrl) ?? null
  const warnings = warningsAbout(project, push, groups)
  const { toCreate } = groups

  return {
    profile: {
      externalId: (push.externalId ?? push.emailId).normalize('NFC'),
      username: push.username.normalize('NFC'),
      firstName: (push.firstName ?? '').normalize('NFC'),
      lastName: (push.lastName ?? '').normalize('NFC'),
      email: push.emailId.normalize('NFC'),
      groupIds: groups.groups.map(group => group.id),
    },
    groups: groups.groups,
    newGroups: toCreate,
    validityMinutes,
    redirectPath,
    codeChallenge: push.codeChallenge ?? null,
    warnings,
    detail: {
      validityMinutes,
      ...(groups.groups.length > 0 && { groups: groups.groups.map(group => group.slug) }),
      ...(push.providerName !== undefined && { providerName: push.providerName.slice(0, 64) }),
      ...(push.codeChallenge !== undefined && { bound: true }),
      ...(warnings.length > 0 && { warnings }),
    },
  }
}

/** @throws AppError `invalid_request` for a challenge without its method, or a method without its challenge. */
export function refuseHalfBinding(push: Partial<Push>): void {
  if ((push.codeChallenge === undefined) === (push.codeChallengeMethod === undefined)) return
  const field = push.codeChallenge === undefined ? 'codeChallenge' : 'codeChallengeMethod'
  throw new AppError('invalid_request', 'codeChallenge and codeChallengeMethod go together.', {
    fields: [{ field, problem: 'is missing: codeChallenge and codeChallengeMethod go together' }],
    reason: 'payload_invalid',
    detail: { fields: [field] },
  })
}

/** What is taken and yet not as its author may think, of the fields that there are. */
export function warningsAbout(
  project: Project,
  push: Partial<Push>,
  groups: Partial<ResolvedGroups>,
): string[] {
  const { ignored = [], toCreate = [] } = groups
  const { tokenValidity, emailId, redirectUrl, unknownFields = [] } = push
  const warnings: string[] = []
  if (ignored.length > 0)
    warnings.push(`unknown reader groups were ignored: ${ignored.slice(0, 10).join(', ')}`)
  if (toCreate.length > 0) warnings.push(`new reader groups: ${toCreate.map(group => group.slug).join(', ')}`)
  const minutes = validityOf(project, push)
  if (tokenValidity !== undefined && minutes !== tokenValidity)
    warnings.push(`tokenValidity ${tokenValidity} was set to ${minutes} minutes`)
  // A provider that has made sure of no address gives none.
  if (emailId && !/^[^\s@]+@[^\s@]+$/.test(emailId.normalize('NFC')))
    warnings.push('emailId is not an e-mail address')
  if (redirectUrl !== undefined && landingPath(redirectUrl) === undefined)
    warnings.push('redirectUrl is not a path on the site; the reader lands on its home')
  if (unknownFields.length > 0) warnings.push(`unknown fields were ignored: ${unknownFields.join(', ')}`)
  return warnings
}

/** Minutes that the session lives. */
function validityOf(project: Project, { tokenValidity }: Partial<Push>): number {
  const asked = tokenValidity ?? project.defaultTokenValidity
  return Math.min(project.maxTokenValidity, Math.max(project.minTokenValidity, asked))
}
