import { html } from 'ghtml'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, hiddenVersion, textField } from './form.ts'

/** Deletes what cannot be brought back: says what stops working, and asks for the project's slug. `effects` are HTML. */
export function deleteCard(
  frame: ConsoleFrame,
  card: {
    readonly title: string
    readonly button: string
    readonly action: string
    readonly slug: string
    readonly version: number
    readonly effects: readonly string[]
    readonly refused: Refused | undefined
  },
): string {
  const { title, button, action, slug, version, effects, refused } = card
  return html`<section class="card card-danger"><h2>${title}</h2>
<ul class="effects">!${effects.map(effect => html`<li>!${effect}</li>`)}</ul>
<details !${refused ? 'open' : ''}><summary>${title} …</summary>
<form method="post" action="${action}" id="form-delete" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(version)}
!${textField({ name: 'confirm', label: `Type ${slug} to go on`, required: true, mono: true, refused })}
<div class="actions"><button class="button button-danger" type="submit">${button}</button></div>
</form></details></section>`
}
