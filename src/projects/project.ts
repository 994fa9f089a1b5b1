// A project is a tenant: its site, its login endpoint, its clients and its reader groups.
// This file holds the shapes; the rules around them stand beside it, one verb each.
import type { JsonWebKey } from 'node:crypto'
import type { AccountAdmission, ClientAuthMethod, SigningAlgorithm, SsoStandard } from '../db/tables.ts'

export type UnknownGroupPolicy = 'reject' | 'ignore' | 'create'
/**
 * Whether a sign-in must start at the site (contract, section 3): what becomes of a code that is not bound to the browser
 * that brings it. `off`: it opens the site; `confirm`: the reader is asked first; `required`: it does not.
 */
export type Binding = 'off' | 'confirm' | 'required'
/** Which of a project's rights: making codes (`login`), redeeming them (`site`), or making login tokens (`application`). */
export type ClientKind = 'login' | 'site' | 'application'

/** Content under `path` (exact, or a prefix ending in `/*`) is for readers of one of `groups` (slugs). */
export interface PathRule {
  readonly path: string
  readonly groups: readonly string[]
}

export interface ProjectSettings {
  readonly slug: string
  readonly name: string
  /** Origin of the knowledge base, without a trailing slash; empty for a suite without one (standard `accounts`). */
  readonly siteUrl: string
  /** Folder of Markdown or HTML that Gatepass serves there itself; null where the site runs elsewhere or has none. */
  readonly siteFolder: string | null
  /** Where a browser without a session is sent by the standard `jwt`; may be empty by the others. */
  readonly loginUrl: string
  /** Where a browser lands after logout; null: our own page. */
  readonly logoutUrl: string | null
  /** What readers sign in by. The other doors are closed. */
  readonly standard: SsoStandard
  /** By the standard `accounts`: who may sign in. */
  readonly accountAdmission: AccountAdmission
  /** Whether readers can sign in at all. */
  readonly jwtEnabled: boolean
  /** Without a published home readers land on /docs. */
  readonly homePublished: boolean
  readonly unknownGroups: UnknownGroupPolicy
  readonly pathRules: readonly PathRule[]
  /** Absolute URLs that a swap may name as `redirect_uri` beside the callback URL. */
  readonly allowedRedirects: readonly string[]
  readonly signingAlgorithm: SigningAlgorithm
  readonly outstandingCodesLimit: number
  readonly binding: Binding
  /** The site URL leads to another server, not to this one: its browser comes back to the identity server's callback. */
  readonly siteElsewhere: boolean
  /** An https URL of an image for pages that readers see; null: our own mark. */
  readonly logoUrl: string | null
  /** `#rrggbb`, for buttons and links of those pages; null: our own. */
  readonly accentColor: string | null
  /** Minutes that a session lasts: what a push asks for is held between least and most; without a wish, the default. */
  readonly minTokenValidity: number
  readonly maxTokenValidity: number
  readonly defaultTokenValidity: number
}

export interface ReaderGroup {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly version: number
}

export interface Project extends ProjectSettings {
  readonly id: string
  /** Host of the site URL, lower case, with the port where it is not the scheme's own; empty without a site. */
  readonly siteHost: string
  readonly groups: readonly ReaderGroup[]
  /** How often the settings were changed: who saves over a newer one is told. */
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface ClientSecret {
  readonly id: string
  readonly clientId: string
  readonly label: string
  /** SHA-256 of the secret. */
  readonly hash: Uint8Array
  /** Its last four characters, enough to recognise it. */
  readonly hint: string
  readonly createdAt: number
  /** When it stops working; null: not retired. */
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
}

export interface Client {
  readonly id: string
  readonly kind: ClientKind
  readonly name: string
  readonly authMethod: ClientAuthMethod
  /** Where the authorization endpoint may send a code: compared exactly (RFC 9700, section 2.1). */
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
  /** Where logout tokens go (OpenID Connect Back-Channel Logout 1.0). */
  readonly backchannelLogoutUri: string | null
  /** Public keys of a client that signs its assertions (`private_key_jwt`). */
  readonly jwks: { readonly keys: readonly JsonWebKey[] } | null
  /** What its ID tokens are signed with; null: as the project says. */
  readonly idTokenAlgorithm: SigningAlgorithm | null
  readonly secrets: readonly ClientSecret[]
  readonly version: number
}

/** A suite of the account API may have no site: its programs carry JWTs, and no browser is led anywhere. */
export function hasSite(project: Project): boolean {
  return project.siteUrl !== ''
}

/** What a project is known by beside its name: the host of its site. */
export function siteName(project: Project): string {
  return project.siteHost || 'no site'
}

export function callbackUrl(project: Project): string {
  return `${project.siteUrl}/jwt/authorize`
}

/** Where a reader lands who asked for no page in particular (contract, section 2). */
export function homePath(project: Project): string {
  return project.homePublished ? '/' : '/docs'
}
