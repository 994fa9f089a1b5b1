import { html } from 'ghtml'
import { asJson } from '../typed-payload.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken } from './form.ts'
import { card } from './parts.ts'
import type { Checked, TestView } from './test-view.ts'

/** The whole handoff with the payload that was checked, in a tab of its own. Says first what it does, or why not. */
export function handoffCard(frame: ConsoleFrame, view: TestView): string {
  const { checked } = view
  const refusal = whyNot(view)
  return card(
    'Run the whole handoff',
    html`!${refusal || !checked ? html`<p>!${refusal}</p>` : runForm(frame, view, checked)}`,
    'A real code, the real callback, a real session: what your reader’s browser goes through, without your login endpoint.',
  )
}

function whyNot({ project, hasLoginClient, checked }: TestView): string | undefined {
  if (!hasLoginClient) return 'Not now: the project has no login client, in whose name codes are made.'
  if (!checked) return 'Check a payload first; you then see here what running it would do.'
  const { problems, outcome } = checked.trial
  if (problems.length > 0 || !outcome)
    return 'Not with this payload: it would be refused, for the reasons above.'
  if (outcome.atCallback !== 'refuses') return undefined
  if (project.binding === 'required')
    return html`Not from here: this project takes only sign-ins that begin at its site, so the callback would refuse the code. Begin there: <a href="${project.siteUrl}" rel="noreferrer">${project.siteUrl}</a>.`
  return html`Not with this payload: its <code>codeChallenge</code> binds the code to another browser, so the callback would refuse it here. Leave <code>codeChallenge</code> and <code>codeChallengeMethod</code> out.`
}

function runForm(frame: ConsoleFrame, { project }: TestView, { payload, trial }: Checked): string {
  const { reader, profile, atCallback } = trial.outcome!
  return html`<p>In a new tab, this</p>
<ul class="effects">
<li>!${reader.id === null ? html`makes the reader <code>${profile.externalId}</code>` : html`changes the reader <code>${profile.externalId}</code> as a push does!${reader.changes.length === 0 ? ': here, nothing but the time of the last push' : ', see above'}`};</li>
<li>signs this browser in at <code>${project.siteUrl}</code> as that reader, and ends a session that it has there now!${atCallback === 'asks' ? '; the site asks you first' : ''};</li>
<li>is written to the sign-ins and to the audit log, with your name.</li>
</ul>
<form method="post" action="/console/projects/${project.slug}/test/run" target="_blank" rel="noopener">!${hiddenToken(frame.token)}
<input type="hidden" name="as" value="json"><input type="hidden" name="json" value="${asJson(payload).values.json}">
<div class="actions"><button class="button" type="submit">Run the whole handoff<span class="unseen"> in a new tab</span></button>
<a class="button button-quiet" href="/console/projects/${project.slug}/test/runs" target="_blank" rel="noopener">See what came of it<span class="unseen"> in a new tab</span></a></div></form>`
}
