import { html } from 'ghtml'
import type { Refused } from '../submit.ts'

export interface Checkbox {
  /** Its own: a form carries each name once. */
  readonly name: string
  readonly label: string
  readonly about: string
  readonly on: boolean
}

/** Several of many, each with a sentence. `field`: under which name a rule speaks of them all. */
export function checkboxes(view: {
  readonly label: string
  readonly field?: string
  readonly hint?: string
  readonly boxes: readonly Checkbox[]
  readonly refused: Refused | undefined
}): string {
  const { label, field, hint, boxes, refused } = view
  const problem = field === undefined ? undefined : refused?.problems[field]
  return html`<fieldset class="field choices !${problem ? 'field-bad' : ''}"><legend>${label}</legend>
!${hint ? html`<p class="hint">${hint}</p>` : ''}
!${problem ? html`<p class="problem">${`${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`}</p>` : ''}
<div class="boxes !${boxes.length > 24 ? 'boxes-many' : ''}">!${boxes.map(
    ({ name, label, about, on }) =>
      html`<label class="choice"><input type="checkbox" name="${name}" value="on" !${(refused ? refused.values[name] === 'on' : on) ? 'checked' : ''}><span><strong><bdi>${label}</bdi></strong><small>${about}</small></span></label>`,
  )}</div></fieldset>`
}
