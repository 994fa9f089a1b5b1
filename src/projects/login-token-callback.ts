// Where login tokens are brought (contract, section 5), and what their `redirect_to` means.
import type { Project } from './project.ts'

/** At the site; at the identity server the project's slug stands before it. */
export const LOGIN_TOKEN_CALLBACK = '/callback/sso'

/**
 * The path on the site that `redirect_to` names: `/{slug}/guide` is `/guide` there, at both hosts. Undefined for anything
 * that does not begin with the project's slug, and for a repeated parameter. What it names is not checked further here.
 */
export function pathOfRedirect(
  { slug }: Project,
  redirectTo: string | readonly string[] | undefined,
): string | undefined {
  if (typeof redirectTo !== 'string' || !redirectTo.startsWith(`/${slug}/`)) return undefined
  return redirectTo.slice(slug.length + 1)
}
