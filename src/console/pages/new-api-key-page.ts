import { html } from 'ghtml'
import { type Scope, scopes } from '../../administrators/principal.ts'
import type { Refused } from '../submit.ts'
import { checkboxes } from './checkboxes.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal, selectField, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { projectsChoice } from './projects-choice.ts'
import { scopeSentence } from './scope-sentence.ts'

/** How long a key may live: days, and what they are called. */
export const lives = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['never', 'No end: until it is revoked'],
] as const

/** Name of the checkbox of one right. */
export function scopeField(scope: Scope): string {
  return `scope_${scope}`
}

export function newApiKeyPage(
  frame: ConsoleFrame,
  { refused }: { readonly refused: Refused | undefined },
): string {
  return consolePage(frame, {
    title: 'New API key',
    lead: 'For programs that use the admin API. Give it what it needs and no more: whoever has the key has these rights.',
    main: html`!${refusal(refused)}
<form method="post" class="card stack">!${hiddenToken(frame.token)}
!${textField({ name: 'name', label: 'Name', required: true, refused, placeholder: 'Deployment of the help centre', hint: 'What uses it, so that whoever finds it later knows what stops when it is revoked.' })}
!${checkboxes({
      label: 'Rights',
      field: 'scopes',
      refused,
      boxes: scopes
        .filter(scope => frame.scopes.has(scope))
        .map(scope => ({
          name: scopeField(scope),
          label: scope,
          about: scopeSentence(scope),
          on: false,
        })),
    })}
!${projectsChoice({
      projects: frame.projects,
      chosen: null,
      aboutAll: 'Those that are made later, too.',
      aboutSome: 'The key sees no others, and nothing that concerns the whole installation.',
      refused,
    })}
!${selectField({ name: 'life', label: 'Ends after', value: '90', options: lives, refused })}
<div class="actions"><button class="button" type="submit">Make the key</button> <a class="button button-quiet" href="/console/api-keys">Cancel</a></div>
</form>`,
  })
}
