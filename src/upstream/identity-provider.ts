// Who vouches for a project's readers: Google, Facebook, GitHub, any OpenID provider, a SAML identity provider. One row
// each, with settings by kind; every door of this folder ends in an `Identity`, and an identity in a reader.
import type { Static } from 'typebox'
import type { ProviderKind } from '../db/tables.ts'
import { readClaim } from './read-claim.ts'
import { facebook } from './settings/facebook.ts'
import { github } from './settings/github.ts'
import { google } from './settings/google.ts'
import { oidc } from './settings/oidc.ts'
import { saml } from './settings/saml.ts'

/** The schema of a kind's settings. */
export const settingsSchemas = { google, facebook, github, oidc, saml } as const

export type ProviderSettings<K extends ProviderKind> = Static<(typeof settingsSchemas)[K]>

export interface IdentityProvider<K extends ProviderKind = ProviderKind> {
  readonly id: string
  readonly projectId: string
  readonly kind: K
  /** Names it in requests (`subject_issuer`) and addresses; unique within the project. */
  readonly slug: string
  readonly name: string
  readonly settings: ProviderSettings<K>
  /** The secret of our application there, wrapped; null where it needs none. */
  readonly wrappedSecret: Buffer | null
  readonly createdAt: number
  readonly version: number
}

/** What a provider said about somebody, checked. */
export interface Identity {
  /** With `subject` who it is: readers are known by the two, never by an e-mail address. */
  readonly issuer: string
  readonly subject: string
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  /** Empty unless the provider has made sure that it is theirs, or the settings say that its word is taken. */
  readonly email: string
  /** The provider has made sure that the address is theirs. */
  readonly emailVerified: boolean
  /** Slugs of reader groups, mapped already. */
  readonly groups: readonly string[]
}

/** The key under which the project knows the reader. */
export function externalIdOf({ issuer, subject }: Pick<Identity, 'issuer' | 'subject'>): string {
  return `${issuer} ${subject}`
}

/** The reader groups that a provider's names stand for. */
export function mapGroups(
  settings: { readonly groupsClaim?: string; readonly groupMap?: Readonly<Record<string, string>> },
  claims: Readonly<Record<string, unknown>>,
): string[] {
  const { groupsClaim, groupMap } = settings
  const said = groupsClaim === undefined ? [] : [readClaim(claims, groupsClaim) ?? []].flat()
  const mapped = said.flatMap(name => {
    if (typeof name !== 'string') return []
    if (groupMap === undefined) return [name]
    return Object.hasOwn(groupMap, name) ? [groupMap[name]!] : []
  })
  return [...new Set(mapped)]
}
