import type { Identity } from '../identity-provider.ts'
import { readClaim } from '../read-claim.ts'

/** Which claims say what, where they are not the standard ones. */
export interface ClaimNames {
  readonly usernameClaim?: string
  readonly emailClaim?: string
  readonly firstNameClaim?: string
  readonly lastNameClaim?: string
}

/**
 * An identity of standard claims (OpenID Connect Core 1.0, section 5.1). An e-mail address that the provider has not made
 * sure of is not taken: whoever reads it in our tokens may take it for proof. `trustEmail`: by setting, it is.
 * `email_verified` speaks of `email` alone, so an address out of another claim is only taken with `trustEmail`.
 */
export function identityOfClaims(
  issuer: string,
  claims: Readonly<Record<string, unknown>> & { readonly sub: string },
  more: {
    readonly trustEmail?: boolean | undefined
    readonly groups?: readonly string[]
    readonly names?: ClaimNames
  } = {},
): Identity {
  const { usernameClaim, emailClaim = 'email', firstNameClaim, lastNameClaim } = more.names ?? {}
  const said = (name: string | undefined) => readName(name && readClaim(claims, name))
  const emailVerified = emailClaim === 'email' && claims.email_verified === true
  const email = emailVerified || more.trustEmail === true ? readEmail(readClaim(claims, emailClaim)) : ''
  const called = readName(claims.preferred_username)
  return {
    issuer,
    subject: claims.sub,
    // A user name with an @ could pass for an address, unless somebody wants it so.
    username: said(usernameClaim) || email || (called.includes('@') ? '' : called) || claims.sub,
    firstName:
      said(firstNameClaim) ||
      readName(claims.given_name) ||
      (claims.family_name ? '' : readName(claims.name)),
    lastName: said(lastNameClaim) || readName(claims.family_name),
    email,
    emailVerified: email !== '' && emailVerified,
    groups: more.groups ?? [],
  }
}

/** As it is or not at all: an address that was mended is somebody else's. */
function readEmail(value: unknown): string {
  if (typeof value !== 'string' || value.length > 320 || value.normalize('NFC') !== readName(value)) return ''
  return /^[^\s@]+@[^\s@]+$/.test(value) ? value.normalize('NFC') : ''
}

/** People call themselves what they like there: without what turns a line around or breaks it, 256 characters at most. */
function readName(value: unknown): string {
  if (typeof value !== 'string') return ''
  const clean = value.toWellFormed().replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '')
  return [...clean.normalize('NFC').trim()].slice(0, 256).join('')
}
