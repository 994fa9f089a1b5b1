import { html } from 'ghtml'
import { signInsQuery } from '../sign-ins-form.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { consolePage } from './layout.ts'
import { momentText } from './parts.ts'

const DAY = 86_400_000
const AROUND = 300_000

/**
 * Says what may be behind a trace ID that leads nowhere. Nothing here depends on whether another project has it.
 * @param about `madeAt`: the moment that the ID itself tells, in milliseconds; null where it is no trace ID.
 */
export function noSignInPage(
  frame: ConsoleFrame,
  about: { traceId: string | undefined; madeAt: number | null; attemptDays: number },
): string {
  const { traceId, madeAt } = about
  return consolePage(frame, {
    title: 'No sign-in has this trace ID',
    ...(traceId !== undefined && { lead: html`<code>${traceId}</code>` }),
    main: html`<section class="card"><h2>What may be behind it</h2><ul class="effects">!${causes(frame, about)}</ul></section>
!${
      traceId === undefined || madeAt === null || !isPlausible(frame, madeAt)
        ? ''
        : html`<section class="card"><h2>Look around that time</h2><p>The trace ID was made at ${momentText(madeAt)}. <a href="/console/sign-ins${signInsQuery({ from: typed(madeAt - AROUND), to: typed(madeAt + AROUND) })}">Sign-ins five minutes before and after</a></p></section>`
    }
<p><a class="button" href="/console/sign-ins">Search again</a></p>`,
  })
}

function causes(
  frame: ConsoleFrame,
  {
    traceId,
    madeAt,
    attemptDays,
  }: { traceId: string | undefined; madeAt: number | null; attemptDays: number },
): string {
  const days = `${attemptDays} day${attemptDays === 1 ? '' : 's'}`
  const item = (text: string) => html`<li>${text}</li>`
  if (traceId === undefined || madeAt === null)
    return item('What stands in the address is no trace ID: one has 32 digits from 0 to f. Was it cut?')
  if (!isPlausible(frame, madeAt)) {
    return item(
      'A trace ID begins with the time at which it was made, and this one does not: it was not made here, or a digit is missing or wrong.',
    )
  }
  const age = Math.floor((frame.now - madeAt) / DAY)
  return [
    ...(age >= attemptDays
      ? [item(`It is ${age} days old, and steps are kept for ${days}: it is deleted by now.`)]
      : [item(`Steps are kept for ${days}; this one would still be there.`)]),
    ...(frame.allProjects
      ? []
      : [item('It may be of a project that you were not given. Ask an owner to look for it.')]),
    item(
      'It may be of another installation: compare the address of the error page with that of this Gatepass.',
    ),
    item('A digit may be wrong: copy it again, rather than type it.'),
    item('Not every request is a step of a sign-in; the log of the server has the others.'),
  ].join('')
}

/** Made between the beginning of 2020 and now. */
function isPlausible(frame: ConsoleFrame, madeAt: number): boolean {
  return madeAt > Date.UTC(2020, 0) && madeAt <= frame.now + DAY
}

function typed(at: number): string {
  return new Date(at).toISOString().slice(0, 16)
}
