import { html } from 'ghtml'

/** What is set, for who may not change it: name and value, which is HTML. */
export function facts(list: readonly (readonly [name: string, value: string])[]): string {
  return html`<dl class="values">!${list.map(([name, value]) => html`<div><dt>${name}</dt><dd>!${value}</dd></div>`)}</dl>`
}

/** A value as it was typed, or that there is none. */
export function typed(value: string | number | null, none = 'none'): string {
  return value === null || value === ''
    ? html`<span class="quiet">${none}</span>`
    : html`<code>${String(value)}</code>`
}
