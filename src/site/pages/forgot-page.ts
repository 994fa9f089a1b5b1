import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { formField, hiddenFields, problemSummary } from './account-form.ts'
import { noticePage } from './layout.ts'

/** Asks for a link to set a new password. */
export function forgotPage(view: {
  words: Words
  token: string
  /** Whether this server sends mail. */
  mails: boolean
  problem?: { readonly kind: 'tooOld' | 'tooMany'; readonly minutes?: number } | undefined
}): string {
  const { words, token, mails, problem } = view
  const { forgot, login } = words
  const text = problem?.kind === 'tooMany' ? login.tooMany(problem.minutes ?? 1) : problem && login.tooOld
  const form = html`<p>${forgot.lead}</p>
!${problemSummary(login.problem, text === undefined ? [] : [{ text }])}
<form class="account-form" method="post" action="/account/forgot">
!${hiddenFields({ form_token: token })}
!${formField({ name: 'username', label: login.name, autocomplete: 'username', first: !problem })}
<div class="actions"><button class="button button-wide" type="submit">${forgot.send}</button></div>
</form>`
  return noticePage({
    words,
    title: forgot.title,
    tone: 'calm',
    body: html`<h1>${forgot.title}</h1>
!${mails ? form : html`<p>${forgot.noMail}</p>`}
<p class="beside"><a href="/login">${forgot.back}</a></p>`,
  })
}

/** What everybody is told who asked for a link, whether or not there is an account. */
export function forgotSentPage({ words }: { words: Words }): string {
  const { sentTitle, sent, nothing, back } = words.forgot
  return noticePage({
    words,
    title: sentTitle,
    tone: 'good',
    body: html`<h1>${sentTitle}</h1>
<p>${sent}</p>
<p>${nothing}</p>
<p class="beside"><a href="/login">${back}</a></p>`,
  })
}
