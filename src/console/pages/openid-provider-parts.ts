// What the pages of identity providers show of signing in by OpenID.
import { html } from 'ghtml'
import type { Finding } from '../../projects/login-url/finding.ts'
import type { Project } from '../../projects/project.ts'
import type { IdentityProvider } from '../../upstream/identity-provider.ts'
import { openidRedirectUri } from '../../upstream/openid/redirect-uri.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken } from './form.ts'
import { badge, card, copyable, type Tone } from './parts.ts'

/** What to enter at the provider. */
export function redirectUriCard(project: Project, issuer: string, slug: string): string {
  const notYet =
    project.standard === 'openid'
      ? ''
      : html`<p class="hint">Readers of this project do not sign in by OpenID at the moment: <a href="/console/projects/${project.slug}/settings#standard">choose what they sign in by</a>.</p>`
  return card(
    'What to enter at the provider',
    html`!${copyable('Redirect URI', openidRedirectUri(issuer, project.slug, slug), 'Also called callback URL or reply URL. Each provider has its own.')}!${notYet}`,
    'For readers who sign in there. Register a web application, with the authorization code flow.',
  )
}

const dress: Readonly<Record<Finding['level'], readonly [tone: Tone, word: string]>> = {
  ok: ['good', 'Good'],
  warning: ['warn', 'Warning'],
  problem: ['bad', 'Problem'],
}

/** `findings`: of a test that was just made. */
export function connectionCard(
  frame: ConsoleFrame,
  path: string,
  provider: IdentityProvider,
  findings: readonly Finding[] | undefined,
): string {
  return html`<section class="card" id="connection" tabindex="-1" aria-labelledby="connection-title"><h2 id="connection-title">Connection</h2>
<p class="about">This server asks ${provider.name} what it says about itself, and whether it takes the client ID and the secret that are stored. Nobody is signed in.</p>
<form method="post" action="${path}/test#connection">!${hiddenToken(frame.token)}
<div class="actions"><button class="button button-quiet" type="submit">!${findings ? 'Test it again' : 'Test the connection'}</button></div></form>
!${
    findings
      ? html`<ul class="findings" role="status">!${findings.map(
          ({ level, sentence, fix }) =>
            html`<li>!${badge(dress[level][0], dress[level][1])}<div><p>${sentence}</p>!${fix === undefined ? '' : html`<p class="hint">${fix}</p>`}</div></li>`,
        )}</ul>`
      : ''
  }</section>`
}
