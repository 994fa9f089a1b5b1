// Whole documents of the console out of plain values. Pages know no request and no database: the routes gather what a
// page shows. Nothing is inline, which the policy forbids; the script only adds copy buttons to pages that are whole
// without it.
import { html } from 'ghtml'
import { siteName } from '../../projects/project.ts'
import { assetPath as siteAsset } from '../../site/assets/site-assets.ts'
import { mark } from '../../site/pages/layout.ts'
import { assetPath } from '../assets/console-assets.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { doneSentence } from './done.ts'
import { hiddenToken } from './form.ts'
import { navigationOf } from './navigation.ts'

/** A page inside the console's frame. `main` is HTML already; the title is text. */
export function consolePage(
  frame: ConsoleFrame,
  page: { readonly title: string; readonly lead?: string; readonly actions?: string; readonly main: string },
): string {
  const { project } = frame
  const done = doneSentence(frame.done)
  const whose = project ? `${project.name} · Gatepass` : 'Gatepass'
  const navigation = navigationList(frame)
  return document(
    `${page.title} · ${whose}`,
    'console',
    html`<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
<a class="brand" href="/console">!${mark}<span>Gatepass</span></a>
<details class="menu"><summary>Menu</summary><div class="menu-panel">!${switcher(frame)}<nav aria-label="Console">!${navigation}</nav>!${meBlock(frame)}</div></details>
</header>
<div class="shell">
<header class="rail">
<a class="brand" href="/console">!${mark}<span>Gatepass</span></a>
!${switcher(frame)}
<nav aria-label="Console">!${navigation}</nav>
!${meBlock(frame)}
</header>
<main class="work" id="main" tabindex="-1">
<div class="work-head">
<div><h1>${page.title}</h1>!${page.lead ? html`<p class="lead">!${page.lead}</p>` : ''}</div>
!${page.actions ? html`<div class="actions">!${page.actions}</div>` : ''}
</div>
!${done ? html`<p class="flash flash-good" role="status">${done}</p>` : ''}
!${page.main}
</main>
</div>`,
  )
}

/**
 * A small page of somebody who is not signed in, or of an error. `refreshTo`: where the browser goes on at once, by
 * itself.
 */
export function smallPage(title: string, body: string, refreshTo?: string): string {
  return document(
    `${title} · Gatepass`,
    'notice console-small',
    html`<main class="notice" id="main"><p class="brand">!${mark}<span>Gatepass</span></p>
!${body}</main>`,
    refreshTo,
  )
}

function document(title: string, kind: string, body: string, refreshTo?: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
!${refreshTo === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${refreshTo}">`}
<link rel="icon" type="image/svg+xml" href="${siteAsset('icon.svg')}">
<link rel="stylesheet" href="${siteAsset('site.css')}">
<link rel="stylesheet" href="${assetPath('console.css')}">
<script src="${assetPath('console.js')}" defer></script>
</head>
<body class="${kind}">
!${body}
</body>
</html>
`
}

function switcher({ project, projects }: ConsoleFrame): string {
  if (projects.length === 0) return ''
  return html`<details class="switcher">
<summary><span class="switcher-label">Project</span><span class="switcher-name">${project?.name ?? 'Choose a project'}</span></summary>
<ul>!${projects
    .slice(0, 50)
    .map(
      each =>
        html`<li><a href="/console/projects/${each.slug}" !${each.id === project?.id ? 'aria-current="true"' : ''}>${each.name}<span>${siteName(each)}</span></a></li>`,
    )}
<li><a class="all" href="/console">All projects</a></li></ul>
</details>`
}

function navigationList(frame: ConsoleFrame): string {
  return navigationOf(frame)
    .map(
      section =>
        html`<h2>${section.title}</h2><ul>!${section.items.map(
          ({ href, label }) =>
            html`<li><a href="${href}" !${isCurrent(frame.path, href) ? 'aria-current="page"' : ''}>${label}</a></li>`,
        )}</ul>`,
    )
    .join('')
}

/** The page itself, or one below it; the overview has all others of its project below it and counts for itself alone. */
function isCurrent(path: string, href: string): boolean {
  return path === href || (path.startsWith(`${href}/`) && !/^\/console(\/projects\/[^/]+)?$/.test(href))
}

function meBlock({ me, token, path }: ConsoleFrame): string {
  return html`<div class="me">
<a href="/console/account" !${path.startsWith('/console/account') ? 'aria-current="page"' : ''}><strong>${me.name}</strong><span>${me.email}</span></a>
<form method="post" action="/console/sign-out">!${hiddenToken(token)}<button class="button button-quiet button-small" type="submit">Sign out</button></form>
</div>`
}
