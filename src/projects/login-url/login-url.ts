import type { Project } from '../project.ts'

/** What a browser without a session takes along to the login URL (contract, section 2). */
export interface AskedAtLogin {
  /** The page that the reader wants. */
  readonly path: string
  /** Names the attempt and the browser, where a sign-in begins with this. */
  readonly attempt?: { readonly state: string; readonly codeChallenge: string }
  readonly prompt?: string | undefined
  readonly loginHint?: string | undefined
}

/** Where such a browser is sent. */
export function loginUrlFor(project: Project, asked: AskedAtLogin): string {
  const url = new URL(project.loginUrl)
  url.searchParams.set('RedirectPath', asked.path)
  if (asked.attempt) {
    url.searchParams.set('state', asked.attempt.state)
    url.searchParams.set('code_challenge', asked.attempt.codeChallenge)
    url.searchParams.set('code_challenge_method', 'S256')
  }
  if (asked.loginHint !== undefined) url.searchParams.set('login_hint', asked.loginHint)
  if (asked.prompt !== undefined) url.searchParams.set('prompt', asked.prompt)
  return url.href
}
