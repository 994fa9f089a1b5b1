import { html } from 'ghtml'
import type { Refused } from '../submit.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, refusal, textField } from './form.ts'
import { consolePage } from './layout.ts'

export function newProjectPage(frame: ConsoleFrame, { refused }: { refused?: Refused | undefined }): string {
  return consolePage(frame, {
    title: 'New project',
    lead: 'Four answers, or three; everything else has a good default and can be changed later.',
    main: html`!${refusal(refused)}
<form method="post" class="card stack">!${hiddenToken(frame.token)}
!${textField({ name: 'name', label: 'Name', required: true, refused, placeholder: 'Acme Help', hint: 'Readers see it.' })}
!${textField({ name: 'slug', label: 'Slug', required: true, refused, mono: true, placeholder: 'acme', hint: 'A short name for addresses and commands: lower-case letters, digits, hyphens.' })}
!${textField({ name: 'siteUrl', label: 'Site URL', type: 'url', required: true, refused, mono: true, placeholder: 'https://help.example.com', hint: 'Where readers open the knowledge base: scheme and host, no path.' })}
!${textField({ name: 'loginUrl', label: 'Login URL', type: 'url', refused, mono: true, placeholder: 'https://app.example.com/sso/gatepass', hint: 'The page of your application to which Gatepass sends a browser that nobody is signed in with. Left empty, readers sign in here, with local accounts.' })}
<div class="actions"><button class="button" type="submit">Make the project</button> <a class="button button-quiet" href="/console">Cancel</a></div>
</form>`,
  })
}
