import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import type { Refused } from '../submit.ts'
import { clientFields } from './client-fields.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal } from './form.ts'
import { consolePage } from './layout.ts'

export function newClientPage(
  frame: ConsoleFrame,
  { project, refused }: { project: Project; refused: Refused | undefined },
): string {
  const path = `/console/projects/${project.slug}/sites`
  return consolePage(frame, {
    title: 'New OpenID Connect client',
    lead: 'A product that speaks OpenID Connect and lets the readers of this project in. What to enter there, its client ID and its secret come next.',
    main: html`!${refusal(refused)}
<form method="post" class="card stack">!${hiddenToken(frame.token)}
!${clientFields(undefined, refused)}
<div class="actions"><button class="button" type="submit">Make the client</button> <a class="button button-quiet" href="${path}">Cancel</a></div>
</form>`,
  })
}
