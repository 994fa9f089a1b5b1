import { html } from 'ghtml'
import type { FoundPage } from '../content/content-folder.ts'
import type { NavigationItem } from '../content/navigation.ts'
import type { Words } from '../languages/languages.ts'
import { safeHref } from './safe-href.ts'
import { type SiteFrame, siteDocument } from './site-frame.ts'

export interface ContentPage extends SiteFrame {
  readonly page: Pick<FoundPage, 'title' | 'lang' | 'html' | 'headings' | 'path' | 'updatedAt'>
  readonly previous?: NavigationItem | undefined
  readonly next?: NavigationItem | undefined
}

/** A page of the knowledge base, for a reader who may open it. */
export function contentPage(view: ContentPage): string {
  const { words, page } = view
  return siteDocument(view, {
    title: page.title,
    path: page.path,
    // The frame speaks the reader's language, the page its author's; an empty one is not known.
    main: html`<article class="prose" lang="${page.lang ?? ''}">
!${page.html}
</article>
<footer class="page-end">
!${steps(words, view.previous, view.next)}
<p class="updated">!${words.frame.lastChanged(dayOf(words, page.updatedAt))}</p>
</footer>`,
    aside: onThisPage(words, page.headings),
  })
}

function onThisPage(words: Words, headings: FoundPage['headings']): string {
  const listed = headings.filter(heading => heading.level === 2 || heading.level === 3)
  if (listed.length < 2) return ''
  return html`<nav class="on-page" aria-labelledby="gate-on-page">
<h2 id="gate-on-page">${words.frame.onThisPage}</h2>
<ul>!${listed.map(
    heading =>
      html`<li class="level-${heading.level}"><a href="#${encodeURIComponent(heading.id)}">${heading.text}</a></li>`,
  )}</ul>
</nav>`
}

function steps(
  { frame }: Words,
  previous: NavigationItem | undefined,
  next: NavigationItem | undefined,
): string {
  if (!previous?.path && !next?.path) return ''
  return html`<nav class="steps" aria-label="${frame.steps}">!${step(previous, 'prev', frame.previous)}!${step(next, 'next', frame.next)}</nav>`
}

function step(item: NavigationItem | undefined, rel: 'prev' | 'next', label: string): string {
  if (!item?.path) return ''
  return html`<a class="step step-${rel}" rel="${rel}" href="${safeHref(item.path)}"><small>${label}</small><span>${item.title}</span></a>`
}

/** @returns HTML. */
function dayOf({ locale }: Words, moment: number): string {
  const date = new Date(moment)
  const words = date.toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' })
  return html`<time datetime="${date.toISOString().slice(0, 10)}">${words}</time>`
}
