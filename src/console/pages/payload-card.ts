import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, textArea, textField } from './form.ts'
import { groupChoices } from './group-choices.ts'
import { card } from './parts.ts'
import type { TestView } from './test-view.ts'

/** What a login endpoint would send, in fields or as JSON. Both forms keep what was typed. */
export function payloadCard(frame: ConsoleFrame, view: TestView): string {
  const { project, typed, checked, refused } = view
  const wrong = checked?.trial.problems.filter(each => each.field !== null) ?? []
  const kept: Refused = {
    sentence: '',
    problems: refused?.problems ?? Object.fromEntries(wrong.map(each => [each.field!, each.problem])),
    values: typed.values,
    stale: false,
  }
  const other = typed.as === 'json' ? 'fields' : 'json'
  return card(
    'A payload',
    html`!${refused ? html`<p class="flash flash-bad" role="alert">${refused.problems.json ? 'The JSON cannot be read.' : refused.sentence}</p>` : ''}
<form method="post" action="/console/projects/${project.slug}/test#result" class="stack payload">!${hiddenToken(frame.token)}
<input type="hidden" name="as" value="${typed.as}">
!${typed.as === 'json' ? jsonField(kept) : fields(project, kept)}
<div class="actions"><button class="button" type="submit">Check</button>
<button class="button button-quiet" type="submit" name="what" value="${other}">!${other === 'json' ? 'Write it as JSON' : 'Back to the fields'}</button></div>
<p class="hint">A check stores nothing and signs nobody in.!${typed.as === 'json' ? ' The fields keep what there is a field for.' : ''}</p></form>`,
    'What your login endpoint sends about a reader. This one is made up; put in one of yours.',
  )
}

function jsonField(kept: Refused): string {
  return textArea({
    name: 'json',
    label: 'JSON',
    rows: 14,
    mono: true,
    refused: kept,
    hint: 'As your login endpoint sends it, without the client secret.',
  })
}

function fields(project: Project, refused: Refused): string {
  const { minTokenValidity, maxTokenValidity, defaultTokenValidity } = project
  return html`<div class="columns">
!${textField({ name: 'username', label: 'Username', refused })}
!${textField({ name: 'emailId', label: 'E-mail address', refused })}
!${textField({ name: 'firstName', label: 'First name', refused })}
!${textField({ name: 'lastName', label: 'Last name', refused })}
!${textField({ name: 'externalId', label: 'External ID', refused, hint: 'The key by which the reader is known; without it, the e-mail address is.' })}
!${textField({
    name: 'tokenValidity',
    label: 'Token validity, minutes',
    inputmode: 'numeric',
    refused,
    hint: `Kept between ${minTokenValidity} and ${maxTokenValidity}; without it, ${defaultTokenValidity}.`,
  })}
!${textField({ name: 'redirectUrl', label: 'Lands on', refused, mono: true, placeholder: '/docs/start', hint: 'A path on the site; without it, the first page.' })}
</div>
!${groups(project, refused)}`
}

function groups(project: Project, refused: Refused): string {
  const field = Object.keys(refused.problems).find(name => /^readerGroupIds\b/.test(name))
  return groupChoices(project, { refused, field })
}
