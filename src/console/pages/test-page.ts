import { html } from 'ghtml'
import type { ConsoleFrame } from './console-frame.ts'
import { handoffCard } from './handoff-card.ts'
import { consolePage } from './layout.ts'
import { loginCheckCard } from './login-check-card.ts'
import { payloadCard } from './payload-card.ts'
import type { TestView } from './test-view.ts'
import { trialCard } from './trial-card.ts'

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
