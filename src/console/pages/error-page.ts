import { html } from 'ghtml'
import { en } from '../../site/languages/en.ts'
import { traceBlock } from '../../site/pages/layout.ts'
import { smallPage } from './layout.ts'

const titles: Readonly<Record<number, string>> = {
  400: 'That did not work',
  403: 'Not allowed',
  404: 'Nothing here',
  409: 'That does not fit',
  412: 'Changed meanwhile',
  429: 'Too many attempts',
  503: 'Not now',
}

export function errorPage(view: { status: number; sentence: string; traceId: string }): string {
  const title = titles[view.status] ?? (view.status >= 500 ? 'Not your fault' : 'That did not work')
  return smallPage(
    title,
    html`<h1>${title}</h1>
<p class="lead">${view.sentence}</p>
<div class="actions"><a class="button" href="/console">Go to the console</a></div>
!${traceBlock(en, view.traceId)}`,
  )
}
