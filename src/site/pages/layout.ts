// Whole HTML documents out of plain values. Pages know no request, no database and no session: the routes gather what
// a page shows. All of them work without JavaScript, and none has an inline style or script, which the policy forbids.
import { html } from 'ghtml'
import { assetPath } from '../assets/site-assets.ts'

export interface ProjectView {
  readonly name: string
}

export interface ReaderView {
  readonly name: string
  readonly email: string
  /** Slugs. */
  readonly groups: readonly string[]
}

/** Wraps a body into a document. `body` is HTML already; the title is text. */
export function document({
  title,
  body,
  kind,
  refreshTo,
}: {
  title: string
  body: string
  kind: 'site' | 'notice'
  /** Where the browser goes on at once, by itself. */
  refreshTo?: string | undefined
}): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
!${refreshTo === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${refreshTo}">`}
<link rel="icon" type="image/svg+xml" href="${assetPath('icon.svg')}">
<link rel="stylesheet" href="${assetPath('site.css')}">
</head>
<body class="${kind}">
!${body}
</body>
</html>
`
}

/** A small page with one thing to say: an error, a farewell, a refusal. */
export function noticePage({
  title,
  project,
  tone,
  body,
  refreshTo,
}: {
  title: string
  project?: ProjectView | undefined
  tone: 'calm' | 'good' | 'problem'
  body: string
  refreshTo?: string | undefined
}): string {
  const name = project?.name ?? 'Gatepass'
  return document({
    title: `${title} · ${name}`,
    kind: 'notice',
    refreshTo,
    body: html`<main class="notice notice-${tone}" id="main">
<p class="brand">!${mark}<span>${name}</span></p>
!${body}
</main>
<footer class="notice-footer">Sign-in by Gatepass</footer>`,
  })
}

/** The sign-out button: a form, because a link that signs out would be followed by prefetching browsers. */
export function signOutForm(className: string): string {
  return html`<form method="post" action="/logout"><button class="${className}" type="submit">Sign out</button></form>`
}

/** The moment until which a session lasts, in UTC because a page without scripts cannot know the reader's clock. */
export function untilTime(expiresAt: number): string {
  const iso = new Date(expiresAt).toISOString()
  return html`<time datetime="${iso}">${iso.slice(11, 16)} UTC</time>`
}

/** The trace ID as a block that one click selects as a whole. */
export function traceBlock(traceId: string): string {
  return html`<dl class="trace"><dt>Trace ID</dt><dd><code tabindex="0">${traceId}</code></dd></dl>
<p class="trace-hint">Asking for help? Send this ID along: it leads straight to what happened.</p>`
}

/** The gate in the corner. */
export const mark =
  '<svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">' +
  '<rect class="mark-ground" width="32" height="32" rx="8"/>' +
  '<path class="mark-gate" d="M9 24.5V15a7 7 0 0 1 14 0v9.5M16 24.5v-5"/><circle class="mark-light" cx="16" cy="15.4" r="2.3"/></svg>'
