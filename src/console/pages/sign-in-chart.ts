import { html } from 'ghtml'
import type { SignInCounts } from '../../audit/count-sign-ins.ts'
import { table } from './parts.ts'

/** Units of the picture, which is stretched to the room that there is. */
const COLUMN = 10
const HEIGHT = 100
/** A failure among thousands is still to be seen. */
const LEAST = 2

/** A bar for each hour or day: what passed, and what failed on top of it. The same as a table is folded below. */
export function signInChart(counts: SignInCounts): string {
  const { columns, by } = counts
  const highest = Math.max(1, ...columns.map(({ passed, failed }) => passed + failed))
  const scale = (number: number) =>
    number === 0 ? 0 : Math.max(LEAST, (number / highest) * (HEIGHT - LEAST))
  const width = columns.length * COLUMN
  const bars = columns.map(({ at, passed, failed }, index) => {
    const [high, top] = [scale(passed), scale(failed)]
    const x = index * COLUMN
    const bar = (name: string, y: number, height: number) =>
      height === 0
        ? ''
        : html`<rect class="${name}" x="${String(x + 1)}" width="${String(COLUMN - 2)}" y="${y.toFixed(1)}" height="${height.toFixed(1)}"/>`
    return html`<g><title>${nameOfColumn(at, by)}: ${passed} passed, ${failed} failed</title><rect class="column" x="${String(x)}" y="0" width="${String(COLUMN)}" height="${String(HEIGHT)}"/>!${bar('passed', HEIGHT - high, high)}!${bar('failed', HEIGHT - high - top, top)}</g>`
  })
  const named = (column: SignInCounts['columns'][number] | undefined) =>
    column ? nameOfColumn(column.at, by) : ''
  return html`<figure class="chart"><p class="chart-most" aria-hidden="true">${String(highest)}</p>
<svg viewBox="0 0 ${String(width)} ${String(HEIGHT)}" preserveAspectRatio="none" role="img" aria-label="${chartInWords(counts)}">!${bars}</svg>
<figcaption><span class="ends"><span>${named(columns[0])}</span><span>${named(columns.at(-1))} UTC</span></span>
<span class="legend"><span class="chart-passed">passed</span><span class="chart-failed">failed</span></span></figcaption></figure>
<details class="more"><summary>As a table</summary>!${table(
    `Sign-ins by ${by}, in UTC`,
    [by === 'hour' ? 'Hour (UTC)' : 'Day (UTC)', 'Passed', 'Failed'],
    columns.map(({ at, passed, failed }) => [nameOfColumn(at, by), String(passed), String(failed)]),
  )}</details>`
}

function nameOfColumn(at: number, by: 'hour' | 'day'): string {
  const iso = new Date(at).toISOString()
  return by === 'hour' ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(0, 10)
}

function chartInWords({ columns, by, total }: SignInCounts): string {
  const worst = columns.reduce((a, b) => (b.failed > a.failed ? b : a), columns[0]!)
  const most =
    worst.failed === 0 ? '' : ` Most failed in the ${by} of ${nameOfColumn(worst.at, by)}: ${worst.failed}.`
  return `Sign-ins by ${by}: ${total.passed} passed and ${total.failed} failed.${most}`
}

/** Totals and the share of failures. Text. */
export function countsInWords({ total: { passed, failed }, by }: SignInCounts): string {
  const span = by === 'hour' ? 'in the last 24 hours' : 'in the last 30 days'
  if (passed + failed === 0) return `Nobody signed in ${span}.`
  const number = (count: number) => count.toLocaleString('en')
  if (failed === 0)
    return `${number(passed)} ${passed === 1 ? 'sign-in' : 'sign-ins'} passed ${span}, and none failed.`
  return `${number(passed)} passed and ${number(failed)} failed ${span}: ${shareOf(failed, passed + failed)} of all.`
}

function shareOf(part: number, whole: number): string {
  const percent = (part / whole) * 100
  if (percent < 1) return 'less than 1 %'
  return percent > 99 && part < whole ? 'more than 99 %' : `${Math.round(percent)} %`
}
