import { html } from 'ghtml'
import { PUBLISHED_AFTER_SIGNING, PUBLISHED_BEFORE_SIGNING } from '../../keys/key-schedule.ts'
import type { KeySurvey, SurveyedKey } from '../../keys/survey-keys.ts'
import { moment } from './parts.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Units of the picture, which is stretched to the room that there is. */
const WIDTH = 1000
const ROW = 22

/**
 * The keys of one algorithm along time: a thin bar while a key is published, a thick one while it signs, and a line for
 * now. Between two rotations it spans the whole life of the key; around one, the hours that matter.
 */
export function keyTimeline({ algorithm, keys, newest, dueAt }: KeySurvey, now: number): string {
  const shown = keys.filter(({ state }) => state !== 'retired' && state !== 'removed').reverse()
  if (shown.length === 0) return ''
  const { from, to } = spanOf(shown, newest, dueAt, now)
  const x = (at: number) => (WIDTH * (Math.min(Math.max(at, from), to) - from)) / (to - from)
  const bar = (name: string, start: number, end: number, y: number, height: number) =>
    html`<rect class="${name}" x="${x(start).toFixed(1)}" y="${String(y)}" width="${Math.max(x(end) - x(start), 3).toFixed(1)}" height="${String(height)}"/>`
  // What comes by the calendar stands in the picture as an outline.
  const coming = dueAt !== null && dueAt > now && dueAt < to
  const rows = shown.length + (coming ? 1 : 0)
  const lines = shown.map((key, index) => {
    const y = index * ROW
    const end = key.retiredAt ?? (dueAt === null ? to : Math.max(dueAt + PUBLISHED_BEFORE_SIGNING, now))
    return (
      bar('published', key.createdAt, key.publishedUntil ?? end + PUBLISHED_AFTER_SIGNING, y + 8, 6) +
      bar('signing', key.signsFrom, end, y + 3, 16)
    )
  })
  const next = coming ? bar('coming', dueAt, to, shown.length * ROW + 5, 12) : ''
  return html`<figure class="timeline">
<svg viewBox="0 0 ${String(WIDTH)} ${String(rows * ROW)}" preserveAspectRatio="none" role="img" aria-label="${inWords(algorithm, shown, dueAt, now)}" class="rows-${String(Math.min(rows, 4))}">!${lines.join('')}!${next}<line class="now" x1="${x(now).toFixed(1)}" x2="${x(now).toFixed(1)}" y1="0" y2="${String(rows * ROW)}"/></svg>
<figcaption><span class="ends">!${moment(from)}!${moment(to)}</span>
<span class="legend"><span class="key-signing">signs</span><span class="key-published">published</span>!${coming ? '<span class="key-coming">the next</span>' : ''}<span class="key-now">now</span></span></figcaption></figure>`
}

function spanOf(
  shown: readonly SurveyedKey[],
  newest: SurveyedKey | undefined,
  dueAt: number | null,
  now: number,
): { from: number; to: number } {
  const changing = shown.length > 1 && newest
  if (changing) {
    const ends = shown.flatMap(key => key.publishedUntil ?? [])
    return { from: newest.createdAt - 4 * HOUR, to: Math.max(...ends, now) + 4 * HOUR }
  }
  const from = Math.min(...shown.map(key => key.createdAt), now - HOUR)
  if (dueAt === null) return { from, to: now + Math.max(DAY, (now - from) / 4) }
  const to = Math.max(dueAt, now) + PUBLISHED_BEFORE_SIGNING + PUBLISHED_AFTER_SIGNING
  return { from, to: to + (to - from) / 12 }
}

function inWords(
  algorithm: string,
  shown: readonly SurveyedKey[],
  dueAt: number | null,
  now: number,
): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  const keys = shown.map(key => {
    const until = key.retiredAt === null ? '' : ` until ${day(key.retiredAt)}`
    return `key ${key.kid.slice(0, 8)} signs from ${day(key.signsFrom)}${until}`
  })
  const next = dueAt === null || dueAt <= now ? '' : `; the next is published at ${day(dueAt)}`
  return `${algorithm} along time, in UTC: ${keys.join(', ')}${next}.`
}
