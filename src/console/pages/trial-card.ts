import { html } from 'ghtml'
import type { PushTrial, TrialOutcome } from '../../codes/try-push.ts'
import type { Project } from '../../projects/project.ts'
import { badge, type Tone } from './parts.ts'
import { readerPages } from './reader-pages.ts'
import type { Checked } from './test-view.ts'
import { trialProblems } from './trial-problems.ts'

/** What would come of a payload. */
export function trialCard(project: Project, { trial, pages }: Checked): string {
  const { outcome, warnings } = trial
  const [tone, verdict] = verdictOf(trial)
  return html`<section class="card trial" id="result" tabindex="-1" aria-labelledby="result-title">
<h2 id="result-title">What would come of it</h2>
<p class="flash flash-${tone}" role="status">${verdict}</p>
!${trialProblems(trial.problems)}
!${
    warnings.length === 0
      ? ''
      : html`<h3>Taken, but perhaps not as you meant it</h3><ul class="findings">!${warnings.map(warning => html`<li>!${badge('warn', 'Warning')}<div>${sentence(warning)}</div></li>`)}</ul>`
  }
!${outcome ? outcomeOf(project, outcome) : ''}
!${pages ? readerPages(project, pages) : ''}
</section>`
}

function verdictOf({ problems, warnings, outcome }: PushTrial): readonly [Tone, string] {
  if (problems.length > 0 || !outcome) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
    return ['bad', `This push would be refused: ${count}.`]
  }
  const accepted = `This push would be accepted, for a session of ${minutes(outcome.tokenValidity)}`
  if (warnings.length === 0) return ['good', `${accepted}.`]
  return ['warn', `${accepted}, with ${warnings.length === 1 ? 'a warning' : `${warnings.length} warnings`}.`]
}

function outcomeOf(project: Project, outcome: TrialOutcome): string {
  const { profile, groups, reader, landing, tokenValidity, idToken } = outcome
  const name = [profile.firstName, profile.lastName].filter(part => part !== '').join(' ') || profile.username
  const known =
    reader.id === null
      ? badge('calm', 'new')
      : html`<a href="/console/projects/${project.slug}/readers/${reader.id}">known</a>`
  return html`<dl class="facts">
<div><dt>Reader</dt><dd><bdi>${name}</bdi>, <bdi>${profile.email}</bdi></dd></div>
<div><dt>Known by</dt><dd><code>${profile.externalId}</code> !${known} !${reader.blocked ? badge('bad', 'blocked') : ''}</dd></div>
<div><dt>Groups</dt><dd>!${groups.length === 0 ? 'none' : groups.map(group => html`<code>${group.slug}</code>!${group.new ? ' (would be made)' : ''} `)}</dd></div>
<div><dt>Session</dt><dd>${minutes(tokenValidity)}</dd></div>
<div><dt>Lands on</dt><dd><code>${landing}</code></dd></div>
<div><dt>At the callback</dt><dd>!${callback(project, outcome)}</dd></div>
</dl>
<h3>What would change</h3>
!${changes(outcome)}
<details><summary>The ID token</summary>
<p class="hint">As the project’s own site client gets it. Times are as of now; <code>sid</code> and <code>jti</code> are new each time.!${reader.id === null ? html` <code>sub</code> is made at the first sign-in.` : ''}</p>
!${listing('ID token, header', idToken.header)}!${listing('ID token, claims', idToken.claims)}</details>`
}

function changes({ reader, groups }: TrialOutcome): string {
  const made = groups.filter(group => group.new).map(group => group.slug)
  const groupsMade =
    made.length > 0 ? html`<p>Reader groups that would be made: <code>${made.join(', ')}</code>.</p>` : ''
  if (reader.id === null) return html`<p>The reader would be made.</p>!${groupsMade}`
  if (reader.changes.length === 0) return html`<p>Nothing: the reader is so already.</p>!${groupsMade}`
  const shown = (value: string) =>
    value === '' ? html`<span class="quiet">nothing</span>` : html`<bdi>${value}</bdi>`
  return html`<ul class="changes">!${reader.changes.map(
    ({ field, from, to }) =>
      html`<li><strong>${fieldNames[field] ?? field}</strong>: !${shown(from)} <span aria-hidden="true">→</span><span class="unseen">becomes</span> !${shown(to)}</li>`,
  )}</ul>!${groupsMade}`
}

function callback(project: Project, { atCallback }: TrialOutcome): string {
  if (atCallback === 'opens') return html`!${badge('good', 'opens')} The site opens at once.`
  if (atCallback === 'asks')
    return html`!${badge('warn', 'asks')} A sign-in that did not begin at the site: its reader is asked first whether to continue.`
  return html`!${badge('bad', 'refuses')} !${project.binding === 'required' ? 'This project takes only sign-ins that begin at its site.' : 'The code is bound to the browser whose challenge is in the payload.'}`
}

function listing(label: string, value: unknown): string {
  return html`<pre class="listing" tabindex="0" role="region" aria-label="${label}"><code>${JSON.stringify(value, null, 2)}</code></pre>`
}

const fieldNames: Readonly<Record<string, string>> = {
  username: 'Username',
  firstName: 'First name',
  lastName: 'Last name',
  email: 'E-mail address',
  groups: 'Reader groups',
}

function minutes(count: number): string {
  return count === 1 ? 'a minute' : `${count} minutes`
}

/** Names of fields stay as they are written. */
function sentence(words: string): string {
  return `${words.replace(/^[a-z]+(?= )/, word => word[0]!.toUpperCase() + word.slice(1))}.`
}
