import { html } from 'ghtml'
import type { PushTrial } from '../../codes/try-push.ts'
import type { LoginCheck } from '../../projects/login-url/finding.ts'
import type { Project } from '../../projects/project.ts'
import type { PagesForReader } from '../../site/pages-for-reader.ts'
import type { Refused } from '../submit.ts'
import type { Typed } from '../typed-payload.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { handoffCard } from './handoff-card.ts'
import { consolePage } from './layout.ts'
import { loginCheckCard } from './login-check-card.ts'
import { payloadCard } from './payload-card.ts'
import { trialCard } from './trial-card.ts'

export interface TestView {
  readonly project: Project
  readonly hasLoginClient: boolean
  /** Where a browser without a session is sent; empty where the project has no login URL. */
  readonly loginPage: string
  readonly typed: Typed
  readonly refused?: Refused | undefined
  readonly checked?: Checked | undefined
  readonly loginCheck?: LoginCheck | undefined
}

/** A payload with what would come of it; the pages of a reader who is known well enough. */
export interface Checked {
  readonly payload: unknown
  readonly trial: PushTrial
  readonly pages: PagesForReader | undefined
}

export function testPage(frame: ConsoleFrame, view: TestView): string {
  return consolePage(frame, {
    title: 'Test your integration',
    lead: 'See what a push of your login endpoint leads to, run a whole handoff, and look at your login page as a browser without a session finds it.',
    actions: html`<a class="button button-quiet" href="/console/projects/${view.project.slug}/test/runs">Handoffs run from here</a>`,
    main: html`!${payloadCard(frame, view)}
!${view.checked ? trialCard(view.project, view.checked) : ''}
!${handoffCard(frame, view)}
!${loginCheckCard(frame, view)}`,
  })
}
