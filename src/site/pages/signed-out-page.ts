import { html } from 'ghtml'
import { noticePage, type ProjectView } from './layout.ts'
import { safeHref } from './safe-href.ts'

/** Where a reader lands after signing out. `signInAt`: where signing in again begins, by default the first page. */
export function signedOutPage({
  project,
  signInAt = '/',
}: {
  project: ProjectView
  signInAt?: string
}): string {
  return noticePage({
    title: 'You are signed out',
    project,
    tone: 'calm',
    body: html`<h1>You are signed out</h1>
<p>Your session on ${project.name} has ended in this browser. You may still be signed in to the application that you came from.</p>
<div class="actions"><a class="button" href="${safeHref(signInAt)}">Sign in again</a></div>`,
  })
}
