// Whole HTML documents out of plain values. Pages know no request, no database and no session: the routes gather what
// a page shows, and in which words. All of them work without JavaScript, and none has an inline style or script, which
// the policy forbids.
import { html } from 'ghtml'
import { assetPath } from '../assets/site-assets.ts'
import { brandPath } from '../brand/brand-stylesheet.ts'
import type { Words } from '../languages/languages.ts'
import { safeHref } from './safe-href.ts'

/** Whose page it is, and how that looks. */
export interface ProjectView {
  readonly name: string
  readonly logoUrl: string | null
  /** `#rrggbb` */
  readonly accentColor: string | null
}

export interface ReaderView {
  readonly name: string
  readonly email: string
  /** Slugs. */
  readonly groups: readonly string[]
}

/** Wraps a body into a document. `body` is HTML already; the title is text. */
export function document({
  words,
  title,
  body,
  kind,
  project,
  refreshTo,
}: {
  words: Words
  title: string
  body: string
  kind: 'site' | 'notice'
  project?: ProjectView | undefined
  /** Where the browser goes on at once, by itself. */
  refreshTo?: string | undefined
}): string {
  return html`<!doctype html>
<html lang="${words.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
!${refreshTo === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${refreshTo}">`}
<link rel="icon" type="image/svg+xml" href="${assetPath('icon.svg')}">
<link rel="stylesheet" href="${assetPath('site.css')}">
!${project?.accentColor ? html`<link rel="stylesheet" href="${brandPath(project.accentColor)}">` : ''}
</head>
<body class="${kind}">
!${body}
</body>
</html>
`
}

/** A small page with one thing to say: an error, a farewell, a refusal. */
export function noticePage({
  words,
  title,
  project,
  tone,
  body,
  refreshTo,
}: {
  words: Words
  title: string
  project?: ProjectView | undefined
  tone: 'calm' | 'good' | 'problem'
  body: string
  refreshTo?: string | undefined
}): string {
  return document({
    words,
    title: `${title} · ${project?.name ?? 'Gatepass'}`,
    kind: 'notice',
    project,
    refreshTo,
    body: html`<main class="notice notice-${tone}" id="main">
<p class="brand">!${brand(project)}</p>
!${body}
</main>
<footer class="notice-footer">${words.shared.footer}</footer>`,
  })
}

/** Logo and name. Where the logo cannot be loaded the name is there all the same. */
export function brand(project: ProjectView | undefined): string {
  if (!project?.logoUrl) return html`!${mark}<span>${project?.name ?? 'Gatepass'}</span>`
  // The image says the name to a screen reader, so that it is heard once. Its host need not know whose page was read.
  return html`<img class="logo" src="${safeHref(project.logoUrl)}" alt="${project.name}" referrerpolicy="no-referrer"><span aria-hidden="true">${project.name}</span>`
}

/** The sign-out button: a form, because a link that signs out would be followed by prefetching browsers. */
export function signOutForm(words: Words, className: string): string {
  return html`<form method="post" action="/logout"><button class="${className}" type="submit">${words.shared.signOut}</button></form>`
}

/** The moment until which a session lasts, in UTC because a page without scripts cannot know the reader's clock. */
export function untilTime(expiresAt: number): string {
  const iso = new Date(expiresAt).toISOString()
  return html`<time datetime="${iso}">${iso.slice(11, 16)} UTC</time>`
}

/** The trace ID as a block that one click selects as a whole. */
export function traceBlock(words: Words, traceId: string): string {
  const { traceId: label, traceHint } = words.shared
  return html`<dl class="trace"><dt>${label}</dt><dd><code tabindex="0">${traceId}</code></dd></dl>
<p class="trace-hint">${traceHint}</p>`
}

/** The gate in the corner. */
export const mark =
  '<svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">' +
  '<rect class="mark-ground" width="32" height="32" rx="8"/>' +
  '<path class="mark-gate" d="M9 24.5V15a7 7 0 0 1 14 0v9.5M16 24.5v-5"/><circle class="mark-light" cx="16" cy="15.4" r="2.3"/></svg>'
