import { html } from 'ghtml'
import type { TrialProblem } from '../../codes/try-push.ts'
import { badge } from './parts.ts'

/** Every problem of a push. What to do is the same for all of one reason, and said once. */
export function trialProblems(problems: readonly TrialProblem[]): string {
  if (problems.length === 0) return ''
  const byReason = Object.values(Object.groupBy(problems, each => each.reason)) as TrialProblem[][]
  return html`<h3>Why it would be refused</h3>
<ul class="findings">!${byReason.map(
    group =>
      html`<li>!${badge('bad', 'Problem')}<div>!${group.map(({ field, problem }) => html`<p>!${field === null || field === 'body' ? '' : html`<code>${field}</code> `}${worded(field, problem)}</p>`)}
<p class="hint">${group[0]!.fix.replaceAll('`', '')}</p></div></li>`,
  )}</ul>`
}

function worded(field: string | null, problem: string): string {
  if (field === null) return problem
  return field === 'body' ? `The payload ${problem}.` : `${problem}.`
}
