import { html } from 'ghtml'
import type { SignInTimeline } from '../../audit/find-sign-ins.ts'
import { describeReason } from '../../audit/reasons.ts'
import type { Project } from '../../projects/project.ts'
import type { Reader } from '../../readers/reader.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { facts } from './facts.ts'
import { consolePage } from './layout.ts'
import { mendingPage } from './mending.ts'
import { copyable, moment } from './parts.ts'
import { outcomeBadge, withCode } from './sign-in-outcome.ts'
import { tellingDetails } from './step-details.ts'
import { timelineStep } from './timeline-step.ts'
import { adviceWhereOpen, decisiveFailure, verdict } from './verdict.ts'

type View = SignInTimeline & {
  /** Undefined: nobody knows whose it is, or the project is deleted. */
  readonly project: Project | undefined
  readonly reader: Reader | undefined
}

const tones = { passed: 'good', failed: 'bad', open: 'warn' } as const

/** One sign-in: what became of it, what to do, and each step. */
export function timelinePage(frame: ConsoleFrame, view: View): string {
  const { signIn, steps, cut, project } = view
  const list = project ? `/console/projects/${project.slug}/sign-ins` : '/console/sign-ins'
  const undelivered = signIn.outcome === 'passed' && decisiveFailure(view) !== undefined
  return consolePage(frame, {
    title: 'One sign-in',
    actions: html`<a class="button button-quiet" href="${list}">All sign-ins</a>`,
    main: html`<section class="verdict flash-${undelivered ? 'warn' : tones[signIn.outcome]}" aria-label="What became of it"><p class="verdict-line">!${outcomeBadge(signIn.outcome)} <strong>${verdict(view, frame.now)}</strong></p>!${whatToDo(frame, view)}</section>
<div class="with-aside"><section class="card"><h2>Step by step</h2>
!${cut ? '<p class="flash flash-warn">There are too many steps to show: these are the first and the last.</p>' : ''}
<ol class="trail">!${steps.map((step, index) =>
      timelineStep(
        step,
        steps[index - 1]?.at,
        step.outcome === 'failed' ? mendingPage(frame, step, view) : undefined,
      ),
    )}</ol></section>
!${aboutIt(frame, view)}</div>`,
  })
}

function whatToDo(frame: ConsoleFrame, view: View): string {
  const { signIn, project } = view
  const failure = decisiveFailure(view)
  if (signIn.outcome === 'open') {
    const test =
      project && frame.scopes.has('sign-ins:test') ? `/console/projects/${project.slug}/test` : undefined
    return html`<h2>What to do</h2><p>${adviceWhereOpen(signIn, frame.now)}</p>!${test ? html`<p class="actions"><a class="button button-quiet" href="${test}">Test your integration</a></p>` : ''}`
  }
  const text = failure?.reason ? describeReason(failure.reason) : undefined
  if (!failure || !text) return ''
  const mend = mendingPage(frame, failure, view)
  return html`<h2>What to do</h2><p>!${withCode(text.fix)}</p>!${tellingDetails(failure)}
<p class="actions">!${mend ? html`<a class="button" href="${mend.href}">${mend.label}</a>` : ''}<a class="button button-quiet" href="/console/reasons#${failure.reason!}">About this reason</a></p>`
}

function aboutIt(frame: ConsoleFrame, { signIn, project, reader }: View): string {
  const name =
    signIn.reader === null ? html`<span class="quiet">not known</span>` : html`<bdi>${signIn.reader}</bdi>`
  const known = reader && project && frame.scopes.has('readers:read')
  return html`<section class="card"><h2>About it</h2>
!${facts([
    [
      'Reader',
      known ? html`<a href="/console/projects/${project.slug}/readers/${reader.id}">!${name}</a>` : name,
    ],
    [
      'Project',
      project
        ? html`<a href="/console/projects/${project.slug}"><bdi>${project.name}</bdi></a>`
        : html`<span class="quiet">${signIn.projectId === null ? 'not known' : 'deleted'}</span>`,
    ],
    [
      'From',
      signIn.address === null
        ? html`<span class="quiet">not seen</span>`
        : html`<code>${signIn.address}</code>`,
    ],
    ['Began', moment(signIn.beganAt)],
  ])}
!${copyable('Trace ID', signIn.traceId)}</section>`
}
