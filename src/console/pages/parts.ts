// Small pieces that many pages show.
import { html } from 'ghtml'
import type { ShownOnce } from '../show-once.ts'

/** A value to take along: the script adds a button that copies it; without scripts one click selects all of it. */
export function copyable(label: string, value: string, hint?: string): string {
  return html`<div class="copy"><span class="copy-label">${label}</span><code class="copy-value" data-copy tabindex="0">${value}</code>!${hint ? html`<p class="hint">${hint}</p>` : ''}</div>`
}

/** A secret on the one page that shows it. */
export function shownOnce(shown: ShownOnce | undefined): string {
  if (!shown) return ''
  return html`<section class="once" role="status" aria-label="Shown this once">
<p class="once-title">Shown this once</p>
!${copyable(shown.label, shown.value)}
<p>${shown.hint}</p>
</section>`
}

/** A moment in UTC, to the minute: a page without scripts cannot know the reader's clock. */
export function moment(at: number | null | undefined, never = 'never'): string {
  if (at === null || at === undefined) return html`<span class="quiet">${never}</span>`
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)}<span class="quiet"> UTC</span></time>`
}

/** The same as text, for the middle of a sentence. */
export function momentText(at: number): string {
  const iso = new Date(at).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** How long ago or ahead, as people say it: `3 min ago`, `in 2 h`, `yesterday` stays a number: `1 d ago`. */
export function ago(at: number | null | undefined, now: number, never = 'never'): string {
  if (at === null || at === undefined) return html`<span class="quiet">${never}</span>`
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${agoText(at, now)}</time>`
}

export function agoText(at: number, now: number): string {
  const seconds = Math.abs(now - at) / 1000
  const steps = [
    [60, 'min'],
    [3600, 'h'],
    [86_400, 'd'],
  ] as const
  if (seconds < 60) return at > now ? 'in a moment' : 'just now'
  const [size, unit] = steps.findLast(([least]) => seconds >= least)!
  const words = `${Math.floor(seconds / size)} ${unit}`
  return at > now ? `in ${words}` : `${words} ago`
}

export type Tone = 'good' | 'bad' | 'warn' | 'calm'

export function badge(tone: Tone, words: string): string {
  return html`<span class="badge badge-${tone}">${words}</span>`
}

/** Stands where a list would, as long as there is nothing: what it is for, and what to do. Both are HTML. */
export function empty(title: string, more: string): string {
  return html`<div class="empty"><p><strong>${title}</strong></p><p>!${more}</p></div>`
}

/**
 * A table that becomes a list of cards where there is no room. Cells are HTML; the first column names the row.
 * `caption` is for screen readers.
 */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return html`<div class="table-wrap"><table class="table"><caption class="unseen">${caption}</caption>
<thead><tr>!${head.map(name => (name === '' ? html`<th scope="col"><span class="unseen">Actions</span></th>` : html`<th scope="col">${name}</th>`))}</tr></thead>
<tbody>!${rows.map(
    cells =>
      html`<tr>!${cells.map((cell, index) =>
        index === 0
          ? html`<th scope="row">!${cell}</th>`
          : html`<td data-label="${head[index] ?? ''}">!${cell}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`
}

/** A part of a page with its own heading. `body` is HTML. */
export function card(title: string, body: string, about?: string): string {
  return html`<section class="card"><h2>${title}</h2>!${about ? html`<p class="about">!${about}</p>` : ''}!${body}</section>`
}
