import { html } from 'ghtml'
import type { NavigationItem } from '../content/navigation.ts'
import type { Words } from '../languages/languages.ts'
import { brand, document, type ProjectView, type ReaderView, signOutForm, untilTime } from './layout.ts'
import { safeHref } from './safe-href.ts'

/** What every page of a signed-in reader shows around its content. */
export interface SiteFrame {
  readonly words: Words
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
  const { words, project, reader } = frame
  const lines = navigationList(frame.navigation, page.path)
  return document({
    title: page.title === project.name ? project.name : `${page.title} · ${project.name}`,
    words,
    project,
    kind: 'site',
    body: html`<a class="skip" href="#main">${words.frame.skip}</a>
<header class="top">
<a class="brand" href="/">!${brand(project)}</a>
!${searchForm(words, 'top-search', page.query)}
<details class="account">
<summary><span class="avatar" aria-hidden="true">${initials(reader)}</span><span class="account-name">${shownName(reader)}</span></summary>
<div class="account-panel">!${accountPanel(frame)}</div>
</details>
<details class="menu">
<summary>${words.frame.menu}</summary>
<div class="menu-panel">
!${searchForm(words, 'menu-search', page.query)}
<nav aria-label="${words.frame.pages}">!${lines}</nav>
<div class="menu-account">!${accountPanel(frame)}</div>
</div>
</details>
</header>
<div class="frame">
<nav class="side" aria-label="${words.frame.pages}">!${lines}</nav>
<main class="content" id="main" tabindex="-1">
!${page.main}
</main>
!${page.aside ?? ''}
</div>`,
  })
}

function searchForm({ search }: Words, id: string, query: string | undefined): string {
  return html`<form class="search" role="search" method="get" action="/gate/search">
<label class="unseen" for="${id}">${search.title}</label>
<input id="${id}" type="search" name="q" value="${query}" placeholder="${search.title}" maxlength="200" autocomplete="off">
</form>`
}

function accountPanel({ words, reader, expiresAt }: SiteFrame): string {
  return html`<p class="account-who"><strong>${shownName(reader)}</strong><span>${reader.email}</span></p>
!${groupTags(words, reader.groups)}
<p class="account-until">!${words.frame.signedInUntil(untilTime(expiresAt))}</p>
!${signOutForm(words, 'button button-quiet')}`
}

/** The reader's groups as small tags, or nothing where there are none. */
export function groupTags(words: Words, groups: readonly string[]): string {
  if (groups.length === 0) return ''
  return html`<ul class="tags" aria-label="${words.shared.groups}">!${groups.map(group => html`<li>${group}</li>`)}</ul>`
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
