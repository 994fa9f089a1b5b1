import { html } from 'ghtml'
import type { PasswordProblem } from '../../accounts/new-account-password.ts'
import type { Words } from '../languages/languages.ts'
import {
  fieldOfProblem,
  hiddenFields,
  newPasswordFields,
  problemSummary,
  problemText,
} from './account-form.ts'
import { noticePage } from './layout.ts'

/** Where a one-time link leads: a new password. */
export function newPasswordPage(view: {
  words: Words
  /** User name or e-mail address. */
  account: string
  /** The link's own. */
  link: string
  token: string
  least: number
  problems: readonly PasswordProblem[]
}): string {
  const { words, account, link, token, least, problems } = view
  const { title, lead, save, problem } = words.newPassword
  return noticePage({
    words,
    title,
    tone: problems.length > 0 ? 'problem' : 'calm',
    body: html`<h1>${title}</h1>
<p>${lead(account)}</p>
!${problemSummary(
      problem,
      problems.map(each => ({ text: problemText(words, each, least), field: fieldOfProblem(each) })),
    )}
<form class="account-form" method="post" action="/account/password">
!${hiddenFields({ token: link, form_token: token })}
<input class="unseen" type="text" name="username" value="${account}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
!${newPasswordFields(words, { problems, least, first: problems.length === 0 })}
<div class="actions"><button class="button button-wide" type="submit">${save}</button></div>
</form>`,
  })
}

/** A link that was used, is too old, or never was one. */
export function deadLinkPage({ words, mails }: { words: Words; mails: boolean }): string {
  const { deadTitle, dead } = words.newPassword
  const next = mails
    ? { href: '/account/forgot', label: words.forgot.send }
    : { href: '/login', label: words.forgot.back }
  return noticePage({
    words,
    title: deadTitle,
    tone: 'problem',
    body: html`<h1>${deadTitle}</h1>
<p>${dead}</p>
<div class="actions"><a class="button" href="${next.href}">${next.label}</a></div>`,
  })
}
