import { html } from 'ghtml'
import type { Finding, LoginCheck } from '../../projects/login-url/finding.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken } from './form.ts'
import { badge, type Tone } from './parts.ts'
import type { TestView } from './test-view.ts'

const dress: Readonly<Record<Finding['level'], readonly [tone: Tone, word: string, verdict: string]>> = {
  ok: ['good', 'Good', 'Nothing to mend: a reader could sign in there.'],
  warning: ['warn', 'Warning', 'A reader could sign in there, and something is worth a look.'],
  problem: ['bad', 'Problem', 'A reader could not sign in there as it should be.'],
}

/** The login URL as this server finds it, on the way of a browser without a session. */
export function loginCheckCard(frame: ConsoleFrame, { project, loginPage, loginCheck }: TestView): string {
  return html`<section class="card" id="login-url" tabindex="-1" aria-labelledby="login-url-title">
<h2 id="login-url-title">Visit the login URL</h2>
<p class="about">This server opens it as a browser without a session would, follows its redirects, and says what comes back. It signs nobody in and spends no code.</p>
!${
    loginPage === ''
      ? html`<p>The project has no login URL yet: set it on the page <a href="/console/projects/${project.slug}/jwt">JWT SSO</a>.</p>`
      : html`<form method="post" action="/console/projects/${project.slug}/test/login-url#login-url">!${hiddenToken(frame.token)}
<p><code>${loginPage}</code></p>
<div class="actions"><button class="button !${loginCheck ? 'button-quiet' : ''}" type="submit">!${loginCheck ? 'Visit it again' : 'Visit it now'}</button></div></form>`
  }
!${loginCheck ? findings(loginCheck) : ''}
</section>`
}

function findings({ verdict, findings, visited }: LoginCheck): string {
  const [tone, , sentence] = dress[verdict]
  return html`<p class="flash flash-${tone} visited" role="status">${sentence}</p>
<ul class="findings">!${findings.map(
    finding =>
      html`<li>!${badge(dress[finding.level][0], dress[finding.level][1])}<div><p>${finding.sentence}</p>!${finding.fix === undefined ? '' : html`<p class="hint">${finding.fix}</p>`}</div></li>`,
  )}</ul>
<h3>The way there</h3>
<ol class="way">!${visited.map(({ url, status }) => html`<li>!${badge(toneOf(status), status === null ? 'no status' : String(status))} <code>${url}</code></li>`)}</ol>`
}

function toneOf(status: number | null): Tone {
  if (status === null || status >= 400) return 'bad'
  return status >= 300 ? 'calm' : 'good'
}
