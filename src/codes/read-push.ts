import { AppError } from '../errors.ts'
import type { Project, ReaderGroup } from '../projects/project.ts'
import type { Profile } from '../readers/reader.ts'
import { resolveGroups } from '../readers/resolve-groups.ts'
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
  const warnings: string[] = []
  if ((push.codeChallenge === undefined) !== (push.codeChallengeMethod === undefined)) {
    const field = push.codeChallenge === undefined ? 'codeChallenge' : 'codeChallengeMethod'
    throw new AppError('invalid_request', 'codeChallenge and codeChallengeMethod go together.', {
      fields: [{ field, problem: 'is missing: codeChallenge and codeChallengeMethod go together' }],
      reason: 'payload_invalid',
      detail: { fields: [field] },
    })
  }

  const { groups, toCreate, ignored } = resolveGroups(project, push.readerGroupIds ?? [], now)
  if (ignored.length > 0)
    warnings.push(`unknown reader groups were ignored: ${ignored.slice(0, 10).join(', ')}`)
  if (toCreate.length > 0) warnings.push(`new reader groups: ${toCreate.map(group => group.slug).join(', ')}`)

  const asked = push.tokenValidity ?? project.defaultTokenValidity
  const validityMinutes = Math.min(project.maxTokenValidity, Math.max(project.minTokenValidity, asked))
  if (validityMinutes !== asked) warnings.push(`tokenValidity ${asked} was set to ${validityMinutes} minutes`)

  const email = push.emailId.normalize('NFC')
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) warnings.push('emailId is not an e-mail address')

  const redirectPath = landingPath(push.redirectUrl) ?? null
  if (push.redirectUrl !== undefined && redirectPath === null) {
    warnings.push('redirectUrl is not a path on the site; the reader lands on its home')
  }
  if (push.unknownFields?.length)
    warnings.push(`unknown fields were ignored: ${push.unknownFields.join(', ')}`)

  return {
    profile: {
      externalId: (push.externalId ?? push.emailId).normalize('NFC'),
      username: push.username.normalize('NFC'),
      firstName: (push.firstName ?? '').normalize('NFC'),
      lastName: (push.lastName ?? '').normalize('NFC'),
      email,
      groupIds: groups.map(group => group.id),
    },
    groups,
    newGroups: toCreate,
    validityMinutes,
    redirectPath,
    codeChallenge: push.codeChallenge ?? null,
    warnings,
    detail: {
      validityMinutes,
      ...(groups.length > 0 && { groups: groups.map(group => group.slug) }),
      ...(push.providerName !== undefined && { providerName: push.providerName.slice(0, 64) }),
      ...(push.codeChallenge !== undefined && { bound: true }),
      ...(warnings.length > 0 && { warnings }),
    },
  }
}
