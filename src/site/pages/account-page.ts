import { html } from 'ghtml'
import type { PasswordProblem } from '../../accounts/new-account-password.ts'
import { browserOf } from '../../platform/browser-of.ts'
import type { Words } from '../languages/languages.ts'
import {
  doneLine,
  fieldOfProblem,
  formField,
  hiddenFields,
  newPasswordFields,
  problemSummary,
  problemText,
} from './account-form.ts'
import { noticePage } from './layout.ts'
import { safeHref } from './safe-href.ts'

export interface AccountPage {
  readonly words: Words
  readonly token: string
  readonly account: {
    readonly username: string | null
    readonly email: string | null
    readonly name: string
  }
  readonly sites: readonly { readonly name: string; readonly url: string }[]
  readonly sessions: readonly {
    /** Names it in the form. */
    readonly id: string
    readonly userAgent: string
    readonly address: string | null
    /** Milliseconds. */
    readonly lastSeenAt: number
    readonly here: boolean
  }[]
  readonly least: number
  readonly problems: readonly PasswordProblem[]
  /** To wait, where there were too many attempts at the present password. */
  readonly waitMinutes?: number | undefined
  readonly tooOld?: boolean | undefined
  readonly done?: 'changed' | 'ended' | undefined
}

/** What people see of their own account. */
export function accountPage(view: AccountPage): string {
  const { words, token, account, problems, least, done, waitMinutes, tooOld } = view
  const said = problems.map(problem => ({
    text: problemText(words, problem, least),
    field: fieldOfProblem(problem),
  }))
  if (waitMinutes !== undefined) said.push({ text: words.login.tooMany(waitMinutes), field: 'current' })
  const old = tooOld ? [{ text: words.login.tooOld }] : []
  const facts = [
    [words.account.username, account.username],
    [words.shared.name, account.name],
    [words.shared.email, account.email],
  ].filter(([, value]) => value)
  const current = problems.includes('current') ? problemText(words, 'current', least) : undefined
  return noticePage({
    words,
    title: words.account.title,
    tone: 'calm',
    body: html`<h1>${words.account.title}</h1>
!${doneLine(done && words.account[done])}
!${problemSummary(words.newPassword.problem, [...said, ...old])}
<dl class="facts">!${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>
<h2>${words.account.sites}</h2>
!${siteList(view)}
<h2>${words.account.sessions}</h2>
!${sessionList(view)}
<h2 id="password">${words.account.changePassword}</h2>
<form class="account-form" method="post" action="/account/change-password">
!${hiddenFields({ form_token: token })}
<input class="unseen" type="text" name="username" value="${account.username ?? account.email}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
!${formField({ name: 'current', label: words.account.current, type: 'password', autocomplete: 'current-password', problem: current })}
!${newPasswordFields(words, { problems, least })}
<div class="actions"><button class="button" type="submit">${words.account.changePassword}</button></div>
</form>`,
  })
}

function siteList({ words, sites }: AccountPage): string {
  if (sites.length === 0) return html`<p>${words.account.noSites}</p>`
  const lines = sites.map(({ name, url }) => html`<li><a href="${safeHref(url)}">${name}</a></li>`)
  return html`<ul>!${lines}</ul>`
}

function sessionList({ words, sessions, token }: AccountPage): string {
  const { account, shared } = words
  const lines = sessions.map(({ id, userAgent, address, lastSeenAt, here }) => {
    const { browser = account.browser, system } = browserOf(userAgent)
    const called = system ? `${browser} ${account.onSystem(system)}` : browser
    const iso = new Date(lastSeenAt).toISOString()
    const day = new Date(lastSeenAt).toLocaleDateString(words.locale, { dateStyle: 'long', timeZone: 'UTC' })
    const seen = html`<time datetime="${iso}">${day}, ${iso.slice(11, 16)} UTC</time>`
    const end = html`<form method="post" action="/account/end-session">!${hiddenFields({ form_token: token, session: id })}<button class="button button-quiet button-small" type="submit">${account.end}</button></form>`
    return html`<li><div><strong>${called}</strong> !${here ? html`<span class="here">${account.here}</span>` : ''}
<p class="quiet">!${account.lastSeen(seen)}!${address === null ? '' : html` · ${address}`}</p></div>!${here ? '' : end}</li>`
  })
  const others = sessions.some(({ here }) => !here)
    ? html`<form method="post" action="/account/end-session">!${hiddenFields({ form_token: token, session: 'others' })}<button class="button button-quiet" type="submit">${account.endOthers}</button></form>`
    : ''
  return html`<ul class="browsers">!${lines}</ul>
<div class="actions">!${others}<form method="post" action="/logout"><button class="button button-quiet" type="submit">${shared.signOut}</button></form>
<form method="post" action="/account/end-session">!${hiddenFields({ form_token: token, session: 'all' })}<button class="button button-quiet" type="submit">${account.endAll}</button></form></div>`
}
