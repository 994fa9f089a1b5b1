import { html } from 'ghtml'
import type { NavigationItem } from '../content/navigation.ts'
import { document, mark, type ProjectView, type ReaderView, signOutForm, untilTime } from './layout.ts'
import { safeHref } from './safe-href.ts'

/** What every page of a signed-in reader shows around its content. */
export interface SiteFrame {
  readonly project: ProjectView
  readonly reader: ReaderView
  readonly navigation: readonly NavigationItem[]
  /** When the session ends, in milliseconds since the epoch. */
  readonly expiresAt: number
}

/** The frame of the knowledge base: header, navigation, content and, where there is room, what is on the page. */
export function siteDocument(
  frame: SiteFrame,
  page: { title: string; path?: string; query?: string; main: string; aside?: string },
): string {
  const { project, reader, expiresAt } = frame
  const lines = navigationList(frame.navigation, page.path)
  return document({
    title: page.title === project.name ? project.name : `${page.title} · ${project.name}`,
    kind: 'site',
    body: html`<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/">!${mark}<span>${project.name}</span></a>
!${searchForm('top-search', page.query)}
<details class="account">
<summary><span class="avatar" aria-hidden="true">${initials(reader)}</span><span class="account-name">${shownName(reader)}</span></summary>
<div class="account-panel">!${accountPanel(reader, expiresAt)}</div>
</details>
<details class="menu">
<summary>Menu</summary>
<div class="menu-panel">
!${searchForm('menu-search', page.query)}
<nav aria-label="Pages">!${lines}</nav>
<div class="menu-account">!${accountPanel(reader, expiresAt)}</div>
</div>
</details>
</header>
<div class="frame">
<nav class="side" aria-label="Pages">!${lines}</nav>
<main class="content" id="main" tabindex="-1">
!${page.main}
</main>
!${page.aside ?? ''}
</div>`,
  })
}

function searchForm(id: string, query: string | undefined): string {
  return html`<form class="search" role="search" method="get" action="/gate/search">
<label class="unseen" for="${id}">Search</label>
<input id="${id}" type="search" name="q" value="${query}" placeholder="Search" maxlength="200" autocomplete="off">
</form>`
}

function accountPanel(reader: ReaderView, expiresAt: number): string {
  return html`<p class="account-who"><strong>${shownName(reader)}</strong><span>${reader.email}</span></p>
!${groupTags(reader.groups)}
<p class="account-until">Signed in until !${untilTime(expiresAt)}</p>
!${signOutForm('button button-quiet')}`
}

/** The reader's groups as small tags, or nothing where there are none. */
export function groupTags(groups: readonly string[]): string {
  if (groups.length === 0) return ''
  return html`<ul class="tags" aria-label="Reader groups">!${groups.map(group => html`<li>${group}</li>`)}</ul>`
}

function navigationList(items: readonly NavigationItem[], current: string | undefined): string {
  if (items.length === 0) return ''
  return html`<ul>!${items.map(item => navigationLine(item, current))}</ul>`
}

function navigationLine(item: NavigationItem, current: string | undefined): string {
  const children = navigationList(item.children, current)
  if (item.path === null) return html`<li class="group"><span>${item.title}</span>!${children}</li>`
  const here = item.path === current ? ' aria-current="page"' : ''
  const group = children === '' ? '' : ' class="group"'
  return html`<li!${group}><a href="${safeHref(item.path)}"!${here}>${item.title}</a>!${children}</li>`
}

export function shownName(reader: ReaderView): string {
  return reader.name.trim() || reader.email
}

function initials(reader: ReaderView): string {
  const words = shownName(reader).split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map(word => [...(word ?? '')][0] ?? '')
  return letters.join('').toUpperCase()
}
