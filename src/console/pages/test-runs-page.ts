import { html } from 'ghtml'
import type { ListedAuditEntry } from '../../audit/find-audit-entries.ts'
import type { Project } from '../../projects/project.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { consolePage } from './layout.ts'
import { ago, empty, table } from './parts.ts'

/** Handoffs that administrators ran, each with the way to its attempt. */
export function testRunsPage(
  frame: ConsoleFrame,
  { project, entries }: { project: Project; entries: readonly ListedAuditEntry[] },
): string {
  const back = `/console/projects/${project.slug}/test`
  const rows = entries.map(({ at, actor, detail }) => {
    const { externalId, groups, traceId } = detail as {
      externalId: string
      groups: string[]
      traceId: string
    }
    return [
      html`<bdi>${externalId}</bdi>`,
      ago(at, frame.now),
      html`<bdi>${actor.name.replace(/^admin:/, '')}</bdi>`,
      groups.length > 0 ? html`${groups.join(', ')}` : html`<span class="quiet">none</span>`,
      html`<a href="/console/sign-ins/${traceId}">See the attempt</a>`,
    ]
  })
  return consolePage(frame, {
    title: 'Handoffs run from here',
    lead: 'The newest first. An attempt shows each step, and where it stopped if it did.',
    actions: html`<a class="button button-quiet" href="${back}">Test your integration</a>`,
    main:
      rows.length === 0
        ? empty('Nobody has run one yet.', html`<a href="${back}">Check a payload</a>, then run it.`)
        : table('Handoffs run from here', ['Reader', 'When', 'By', 'Groups', 'Attempt'], rows),
  })
}
