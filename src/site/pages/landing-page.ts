import { html } from 'ghtml'
import { noticePage } from './layout.ts'
import { safeHref } from './safe-href.ts'

/** What somebody sees who opens the identity server itself. `sites`: undefined where strangers are not to learn them. */
export function landingPage(view: {
  sites?: readonly { readonly name: string; readonly siteUrl: string }[] | undefined
}): string {
  return noticePage({
    title: 'Sign-in server',
    tone: 'calm',
    body: html`<h1>This is a sign-in server</h1>
<p class="lead">Login pages and knowledge bases talk to it. There is nothing here to type in.</p>
<p>You came for something to read? Open the knowledge base itself: it signs you in on its own.</p>
!${view.sites ? places(view.sites) : ''}`,
  })
}

function places(sites: readonly { readonly name: string; readonly siteUrl: string }[]): string {
  if (sites.length === 0) {
    return html`<h2>For its developer</h2>
<p>There is no project yet. This shows how to make one:</p>
<pre><code>npm run --silent gatepass -- project create --help</code></pre>`
  }
  return html`<h2>Knowledge bases here</h2>
<ul>!${sites.map(site => html`<li><a href="${safeHref(site.siteUrl)}">${site.name}</a> <span class="quiet">${site.siteUrl}</span></li>`)}</ul>`
}
