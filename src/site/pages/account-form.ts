// The parts of forms at the identity server: a label, what to type, and what is wrong with it, tied together for screen
// readers. A refused form begins with all that is wrong, and gets the focus there.
import { html } from 'ghtml'
import type { PasswordProblem } from '../../accounts/new-account-password.ts'
import type { Words } from '../languages/languages.ts'

export interface FormField {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'password'
  /** A password is never sent back. */
  readonly value?: string | undefined
  readonly autocomplete: string
  readonly hint?: string
  readonly problem?: string | undefined
  /** Where the cursor is at first. */
  readonly first?: boolean
}

export function formField(field: FormField): string {
  const { name, label, type = 'text', value = '', autocomplete, hint, problem, first } = field
  const id = `field-${name}`
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ')
  // Names and passwords are nobody's sentences: telephones would correct them.
  const plain = type === 'text' ? html`autocapitalize="none" spellcheck="false"` : ''
  return html`<div class="field">
<label for="${id}">${label}</label>
!${hint ? html`<p class="field-hint" id="${id}-hint">${hint}</p>` : ''}
!${problem ? html`<p class="field-problem" id="${id}-problem">${problem}</p>` : ''}
<input id="${id}" name="${name}" type="${type}" value="${type === 'password' ? '' : value}" autocomplete="${autocomplete}" !${plain} maxlength="320" required !${first ? 'autofocus' : ''} !${described ? html`aria-describedby="${described}"` : ''} !${problem ? 'aria-invalid="true"' : ''}>
</div>`
}

export function hiddenFields(fields: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(fields)
    .map(([name, value]) =>
      value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">`,
    )
    .join('')
}

/** What stands above a form that was refused: each problem leads to its field. */
export function problemSummary(
  title: string,
  problems: readonly { readonly text: string; readonly field?: string | undefined }[],
): string {
  if (problems.length === 0) return ''
  const lines = problems.map(({ text, field }) =>
    field ? html`<li><a href="#field-${field}">${text}</a></li>` : html`<li>${text}</li>`,
  )
  return html`<div class="problems" role="alert" tabindex="-1" autofocus><h2>${title}</h2><ul>!${lines}</ul></div>`
}

/** A sentence about what was done. */
export function doneLine(sentence: string | undefined): string {
  return sentence === undefined ? '' : html`<p class="done" role="status">${sentence}</p>`
}

export function problemText(words: Words, problem: PasswordProblem, least: number): string {
  const { flaws } = words.newPassword
  return problem === 'short' ? flaws.short(least) : flaws[problem]
}

/** The field that a problem is about. */
export function fieldOfProblem(problem: PasswordProblem): string {
  if (problem === 'current') return 'current'
  return problem === 'different' ? 'repeated' : 'password'
}

/** A new password, typed twice. */
export function newPasswordFields(
  words: Words,
  { problems, least, first }: { problems: readonly PasswordProblem[]; least: number; first?: boolean },
): string {
  const { newPassword } = words
  const at = (name: string) => {
    const found = problems.find(problem => fieldOfProblem(problem) === name)
    return found && problemText(words, found, least)
  }
  const common = { type: 'password', autocomplete: 'new-password' } as const
  const [password, repeated] = [at('password'), at('repeated')]
  const hint = newPassword.hint(least)
  return html`!${formField({ ...common, name: 'password', label: newPassword.password, hint, problem: password, first: first ?? false })}
!${formField({ ...common, name: 'repeated', label: newPassword.repeated, problem: repeated })}`
}
