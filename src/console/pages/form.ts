// The parts of forms: a label, what to type, and what is wrong with what was typed, tied together for screen readers.
import { html } from 'ghtml'
import { TOKEN_FIELD } from '../forgery.ts'
import type { Refused } from '../submit.ts'

export interface Field {
  readonly name: string
  readonly label: string
  /** What stands in it at first; what was typed wins. */
  readonly value?: string | number | null | undefined
  readonly hint?: string
  readonly refused?: Refused | undefined
  /** Where several forms of a page have a field of this name. */
  readonly id?: string
}

export function hiddenToken(token: string): string {
  return html`<input type="hidden" name="${TOKEN_FIELD}" value="${token}">`
}

/** `version`: of what the form edits, so that the later of two editors is told. */
export function hiddenVersion(version: number): string {
  return html`<input type="hidden" name="version" value="${String(version)}">`
}

/** Stands above a form that was refused. `at`: ID of the form, where it may be out of sight. */
export function refusal(refused: Refused | undefined, at?: string): string {
  if (!refused) return ''
  const there =
    at && Object.keys(refused.problems).length > 0 ? html` <a href="#${at}">Go to the form</a>` : ''
  const more = refused.stale
    ? html` What is stored now is shown below; what you typed is kept in the fields. Compare, and save again.`
    : ''
  return html`<p class="flash flash-bad" role="alert">${refused.sentence}!${more}!${there}</p>`
}

export function textField(
  field: Field & {
    readonly type?: 'text' | 'email' | 'url' | 'password' | 'number' | 'search' | 'datetime-local'
    readonly required?: boolean
    readonly autocomplete?: string
    readonly placeholder?: string
    readonly mono?: boolean
    readonly inputmode?: 'numeric'
    readonly autofocus?: boolean
  },
): string {
  const { name, type = 'text', required, autocomplete, placeholder, mono, inputmode, autofocus } = field
  // A password is never sent back to the page that asked for it.
  const value = type === 'password' ? '' : current(field)
  return wrapped(
    field,
    html`<input id="${idOf(field)}" name="${name}" type="${type}" value="${value}" !${required ? 'required' : ''}
!${autocomplete ? html`autocomplete="${autocomplete}"` : 'autocomplete="off"'} !${placeholder ? html`placeholder="${placeholder}"` : ''}
!${inputmode ? html`inputmode="${inputmode}"` : ''} !${mono ? 'class="mono" spellcheck="false"' : ''} !${autofocus ? 'autofocus' : ''} !${described(field)}>`,
  )
}

export function textArea(field: Field & { readonly rows?: number; readonly mono?: boolean }): string {
  return wrapped(
    field,
    html`<textarea id="${idOf(field)}" name="${field.name}" rows="${String(field.rows ?? 4)}" spellcheck="false" !${field.mono ? 'class="mono"' : ''} !${described(field)}>
${current(field)}</textarea>`,
  )
}

export function selectField(
  field: Field & { readonly options: readonly (readonly [value: string, label: string])[] },
): string {
  const chosen = current(field)
  return wrapped(
    field,
    html`<select id="${idOf(field)}" name="${field.name}" !${described(field)}>!${field.options.map(
      ([value, label]) =>
        html`<option value="${value}" !${value === chosen ? 'selected' : ''}>${label}</option>`,
    )}</select>`,
  )
}

/** Choices that need a sentence each. */
export function radioField(
  field: Field & { readonly options: readonly (readonly [value: string, label: string, about: string])[] },
): string {
  const chosen = current(field)
  const problem = field.refused?.problems[field.name]
  const stored = field.refused?.stale && chosen !== String(field.value ?? '') ? field.value : undefined
  const label = field.options.find(([value]) => value === stored)?.[1]
  return html`<fieldset class="field choices !${problem ? 'field-bad' : ''}"><legend>${field.label}</legend>
!${field.hint ? html`<p class="hint">${field.hint}</p>` : ''}
!${problem ? html`<p class="problem">${sentenceOf(problem)}</p>` : ''}
!${label ? html`<p class="stored">Stored now: ${label}</p>` : ''}
!${field.options.map(
    ([value, label, about]) =>
      html`<label class="choice"><input type="radio" name="${field.name}" value="${value}" !${value === chosen ? 'checked' : ''}><span><strong>${label}</strong><small>${about}</small></span></label>`,
  )}</fieldset>`
}

/** On or off; sends `on` or nothing. `off` after a refusal is what was typed, too. */
export function switchField(field: Omit<Field, 'value'> & { readonly on: boolean }): string {
  const on = field.refused ? field.refused.values[field.name] === 'on' : field.on
  const stored = field.refused?.stale && on !== field.on
  const problem = field.refused?.problems[field.name]
  return html`<div class="field !${problem ? 'field-bad' : ''}"><label class="switch"><input type="checkbox" id="${idOf(field)}" name="${field.name}" value="on" !${on ? 'checked' : ''} !${described(field)}>
<span class="switch-track" aria-hidden="true"></span><span>${field.label}</span></label>
!${field.hint ? html`<p class="hint" id="${idOf(field)}-hint">${field.hint}</p>` : ''}
!${stored ? html`<p class="stored">Stored now: ${field.on ? 'on' : 'off'}</p>` : ''}
!${problem ? html`<p class="problem" id="${idOf(field)}-problem">${sentenceOf(problem)}</p>` : ''}</div>`
}

/** `must be an origin` of a field becomes a sentence under it. */
function sentenceOf(problem: string): string {
  return `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`
}

function idOf({ id, name }: Pick<Field, 'id' | 'name'>): string {
  return id ?? `field-${name}`
}

function current({ name, value, refused }: Field): string {
  return refused?.values[name] ?? (value === null || value === undefined ? '' : String(value))
}

function described(field: Pick<Field, 'id' | 'name' | 'hint' | 'refused'>): string {
  const problem = field.refused?.problems[field.name]
  const ids = [...(field.hint ? [`${idOf(field)}-hint`] : []), ...(problem ? [`${idOf(field)}-problem`] : [])]
  const by = ids.length > 0 ? html`aria-describedby="${ids.join(' ')}"` : ''
  return problem ? `${by} aria-invalid="true"` : by
}

function wrapped(field: Field, control: string): string {
  const problem = field.refused?.problems[field.name]
  // Where somebody saved something else meanwhile, both are to be seen.
  const stored =
    field.refused?.stale && field.value !== undefined && field.refused.values[field.name] !== undefined
      ? String(field.value ?? '')
      : undefined
  const typed = field.refused?.values[field.name] ?? ''
  // Browsers send the lines of a text area with CR and LF.
  const differs = stored !== undefined && stored.trim() !== typed.replaceAll('\r\n', '\n').trim()
  return html`<div class="field !${problem ? 'field-bad' : ''}"><label for="${idOf(field)}">${field.label}</label>
!${control}
!${field.hint ? html`<p class="hint" id="${idOf(field)}-hint">${field.hint}</p>` : ''}
!${differs ? html`<p class="stored">Stored now: <code>${stored === '' ? 'nothing' : stored}</code></p>` : ''}
!${problem ? html`<p class="problem" id="${idOf(field)}-problem">${sentenceOf(problem)}</p>` : ''}</div>`
}
