import type { Project } from '../project.ts'

/** What a browser without a session takes along to the login URL (contract, section 2). */
export interface AskedAtLogin {
  /** The page that the reader wants. */
  readonly path: string
  /** Names the attempt and the browser, where a sign-in begins with this. */
  readonly attempt?: { readonly state: string; readonly codeChallenge: string }
  readonly prompt?: string | undefined
  readonly loginHint?: string | undefined
  /** How old a sign-in may be, in seconds; for the identity server's own doors, which hand it on. */
  readonly maxAge?: number | undefined
  /** Languages that the reader wishes, tags with blanks between (OpenID Connect Core 1.0, section 3.1.2.1). */
  readonly uiLocales?: string | undefined
}

/**
 * The page at which readers of a project sign in: the login URL of its own application, or, by the other standards, a
 * door of the identity server's that takes along the same parameters.
 */
export function loginPageOf(project: Project, issuer: string): string {
  switch (project.standard) {
    case 'jwt':
      return project.loginUrl
    case 'accounts':
      return `${issuer}/login/${project.slug}`
    case 'openid':
    case 'saml':
      return `${issuer}/upstream/${project.standard}/${project.slug}/start`
  }
}

/** Where such a browser is sent. */
export function loginUrlFor(project: Project, issuer: string, asked: AskedAtLogin): string {
  const url = new URL(loginPageOf(project, issuer))
  url.searchParams.set('RedirectPath', asked.path)
  if (asked.attempt) {
    url.searchParams.set('state', asked.attempt.state)
    url.searchParams.set('code_challenge', asked.attempt.codeChallenge)
    url.searchParams.set('code_challenge_method', 'S256')
  }
  if (asked.loginHint !== undefined) url.searchParams.set('login_hint', asked.loginHint)
  if (asked.uiLocales !== undefined) url.searchParams.set('ui_locales', asked.uiLocales)
  if (asked.prompt !== undefined) url.searchParams.set('prompt', asked.prompt)
  if (asked.maxAge !== undefined && project.standard !== 'jwt')
    url.searchParams.set('max_age', String(asked.maxAge))
  return url.href
}
