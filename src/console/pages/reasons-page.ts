import { html } from 'ghtml'
import { reasons } from '../../audit/reasons.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { consolePage } from './layout.ts'
import { withCode } from './sign-in-outcome.ts'

/** Every reason with its heading, so that a timeline can point at it. */
export function reasonsPage(frame: ConsoleFrame): string {
  return consolePage(frame, {
    title: 'Why sign-ins fail',
    lead: 'Every reason that a step can fail for, and what to do. <code>docs/errors.md</code> says more of each, under the same headings.',
    main: html`<div class="card reasons">!${Object.entries(reasons).map(
      ([code, { sentence, fix }]) =>
        html`<section id="${code}"><h2><code>${code}</code></h2><p>${sentence}</p><p><strong>What to do:</strong> !${withCode(fix)}</p>
<p class="hint"><a href="/console/sign-ins?reason=${code}">Sign-ins that failed by <code>${code}</code></a></p></section>`,
    )}</div>`,
  })
}
