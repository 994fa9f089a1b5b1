import { html } from 'ghtml'
import type { Account } from '../../accounts/account.ts'
import type { Refused } from '../submit.ts'
import { radioField, textField } from './form.ts'

/** The fields of a new account, or with `account` of one that there is. */
export function accountFields(account: Account | undefined, refused: Refused | undefined): string {
  return html`!${textField({ name: 'username', label: 'User name', value: account?.username, refused, hint: 'Without @ and white space. This, or an e-mail address, or both: people sign in with either.' })}
!${textField({ name: 'email', label: 'E-mail address', value: account?.email, refused, hint: 'You vouch for one that you enter: it stands in tokens.' })}
!${textField({ name: 'name', label: 'Name (optional)', value: account?.name, refused })}
!${radioField({
    name: 'type',
    label: 'Type',
    value: account?.type ?? 'user',
    refused,
    options: [
      ['user', 'User', 'Signs in.'],
      [
        'developer',
        'Developer',
        'Makes suites over the account API too, with an API key that is shown once.',
      ],
    ],
  })}
!${textField({ name: 'scope', label: 'Scope (optional)', value: account?.scope, mono: true, refused, hint: 'Words with blanks between, for the JWTs of suites.' })}`
}
