import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { noticePage } from './layout.ts'
import { safeHref } from './safe-href.ts'

type Site = { readonly name: string; readonly siteUrl: string }

/** What somebody sees who opens the identity server itself. `sites`: undefined where strangers are not to learn them. */
export function landingPage(view: { words: Words; sites?: readonly Site[] | undefined }): string {
  const { words, sites } = view
  const { title, heading, lead, toRead } = words.landing
  return noticePage({
    words,
    title,
    tone: 'calm',
    body: html`<h1>${heading}</h1>
<p class="lead">${lead}</p>
<p>${toRead}</p>
!${sites ? places(words, sites) : ''}`,
  })
}

function places({ landing }: Words, sites: readonly Site[]): string {
  if (sites.length === 0) {
    return html`<h2>${landing.forDeveloper}</h2>
<p>${landing.noProject}</p>
<pre><code>npm run --silent gatepass -- project create --help</code></pre>`
  }
  return html`<h2>${landing.sites}</h2>
<ul>!${sites.map(site => html`<li><a href="${safeHref(site.siteUrl)}">${site.name}</a> <span class="quiet">${site.siteUrl}</span></li>`)}</ul>`
}
