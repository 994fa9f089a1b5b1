import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { doneLine, formField, hiddenFields, problemSummary } from './account-form.ts'
import { noticePage, type ProjectView } from './layout.ts'

export interface LoginProblem {
  readonly kind: 'wrong' | 'empty' | 'tooOld' | 'badTarget' | 'tooMany'
  /** To wait, where there were too many attempts. */
  readonly minutes?: number
}

export interface LoginPage {
  readonly words: Words
  readonly project?: ProjectView | undefined
  /** The form's own address. */
  readonly action: string
  readonly token: string
  /** Goes along unseen. */
  readonly hidden: Readonly<Record<string, string | undefined>>
  readonly name: string
  readonly problem?: LoginProblem | undefined
  readonly done?: 'password-set' | undefined
  /** Somebody is signed in, and a site wants to be sure. */
  readonly again?: boolean
}

/** The central login page. */
export function loginPage(view: LoginPage): string {
  const { words, project, action, token, hidden, name, problem, done, again } = view
  const { login, shared } = words
  const title = project ? login.titleFor(project.name) : shared.signIn
  const text = problem && problemText(words, problem)
  return noticePage({
    words,
    title,
    project,
    tone: problem ? 'problem' : 'calm',
    body: html`<h1>${title}</h1>
!${doneLine(done && words.newPassword.done)}
!${problemSummary(login.problem, text === undefined ? [] : [{ text, field: problem?.kind === 'wrong' ? 'password' : undefined }])}
!${again ? html`<p>${login.again}</p>` : ''}
<form class="account-form" method="post" action="${action}">
!${hiddenFields({ ...hidden, form_token: token })}
!${formField({ name: 'username', label: login.name, value: name, autocomplete: 'username', first: !problem && name === '' })}
!${formField({ name: 'password', label: login.password, type: 'password', autocomplete: 'current-password', first: !problem && name !== '' })}
<div class="actions"><button class="button button-wide" type="submit">${shared.signIn}</button></div>
</form>
<p class="beside"><a href="/account/forgot">${login.forgot}</a></p>`,
  })
}

function problemText(words: Words, { kind, minutes = 1 }: LoginProblem): string {
  return kind === 'tooMany' ? words.login.tooMany(minutes) : words.login[kind]
}
