import { html } from 'ghtml'
import type { Refused } from '../submit.ts'
import { administratorFields } from './administrator-fields.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal } from './form.ts'
import { consolePage } from './layout.ts'

export function newAdministratorPage(
  frame: ConsoleFrame,
  { refused }: { readonly refused: Refused | undefined },
): string {
  return consolePage(frame, {
    title: 'Invite an administrator',
    lead: 'You get a one-time link to send to them. They open it, choose a password and are in.',
    main: html`!${refusal(refused)}
<form method="post" class="card stack">!${hiddenToken(frame.token)}
!${administratorFields({ projects: frame.projects, refused })}
<div class="actions"><button class="button" type="submit">Make the link</button> <a class="button button-quiet" href="/console/administrators">Cancel</a></div>
</form>`,
  })
}
