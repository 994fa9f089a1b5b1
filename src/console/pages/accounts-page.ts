import { html } from 'ghtml'
import { type Account, accountName } from '../../accounts/account.ts'
import type { AccountPage } from '../../accounts/find-accounts.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { textField } from './form.ts'
import { consolePage } from './layout.ts'
import { ago, badge, empty, table } from './parts.ts'

export function accountsPage(
  frame: ConsoleFrame,
  view: { readonly search: string; readonly after: string | undefined; readonly found: AccountPage },
): string {
  const { search, after, found } = view
  const refused = { sentence: '', problems: {}, values: { search }, stale: false }
  const next = new URLSearchParams({ ...(search && { search }), after: found.next ?? '' })
  return consolePage(frame, {
    title: 'Accounts',
    lead: 'People with a password here: readers of projects that sign in by accounts, and developers of suites. Administrators are somebody else.',
    ...(frame.scopes.has('readers:write') && {
      actions: html`<a class="button" href="/console/accounts/new">New account</a>`,
    }),
    main: html`<form class="filters" method="get" action="/console/accounts" role="search">
!${textField({ name: 'search', label: 'User name or e-mail address begins with', type: 'search', refused })}
<button class="button" type="submit">Search</button></form>
!${found.accounts.length === 0 ? empty(search || after ? 'Nobody fits.' : 'No account yet.', 'Make one here, or let people register over the account API.') : list(frame, found.accounts)}
<nav class="pager" aria-label="Pages">!${after ? html`<a href="/console/accounts">From the beginning</a>` : '<span></span>'}!${found.next === null ? '' : html`<a class="button button-quiet" href="/console/accounts?${next.toString()}">More</a>`}</nav>`,
  })
}

function list(frame: ConsoleFrame, accounts: readonly Account[]): string {
  return table(
    'Accounts',
    ['Account', 'E-mail address', 'Type', 'State', 'Made'],
    accounts.map(each => [
      html`<a href="/console/accounts/${each.id}"><bdi class="wrapped">${accountName(each)}</bdi></a><span class="sub"><bdi>${each.name}</bdi></span>`,
      html`<bdi class="wrapped">${each.email ?? ''}</bdi>`,
      each.type,
      accountState(each),
      ago(each.createdAt, frame.now),
    ]),
  )
}

export function accountState({ active, disabledAt }: Account): string {
  if (disabledAt !== null) return badge('bad', 'disabled')
  return active ? badge('good', 'active') : badge('warn', 'no password yet')
}
