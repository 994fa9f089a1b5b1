import { html } from 'ghtml'
import type { Refused } from '../submit.ts'
import { accountFields } from './account-fields.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal } from './form.ts'
import { consolePage } from './layout.ts'

export function newAccountPage(frame: ConsoleFrame, { refused }: { refused: Refused | undefined }): string {
  return consolePage(frame, {
    title: 'New account',
    lead: 'You get a one-time link to send to them. They open it and choose a password.',
    main: html`!${refusal(refused)}
<form method="post" class="card stack">!${hiddenToken(frame.token)}
!${accountFields(undefined, refused)}
<div class="actions"><button class="button" type="submit">Make the account</button> <a class="button button-quiet" href="/console/accounts">Cancel</a></div>
</form>`,
  })
}
