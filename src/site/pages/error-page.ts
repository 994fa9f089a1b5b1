import { html } from 'ghtml'
import { noticePage, type ProjectView, traceBlock } from './layout.ts'
import { safeHref } from './safe-href.ts'

export interface ErrorPage {
  readonly title: string
  /** One sentence on what happened, in plain words. */
  readonly sentence: string
  /** What probably led to it, likeliest first. */
  readonly probably?: readonly string[] | undefined
  readonly traceId: string
  readonly action?: { readonly href: string; readonly label: string } | undefined
  /** Missing where the error happened before it was known whose site this is. */
  readonly project?: ProjectView | undefined
}

/** Every error that a person sees. */
export function errorPage(view: ErrorPage): string {
  const { title, sentence, probably = [], traceId, action, project } = view
  return noticePage({
    title,
    project,
    tone: 'problem',
    body: html`<h1>${title}</h1>
<p class="lead">${sentence}</p>
!${reasons(probably)}
!${action ? html`<div class="actions"><a class="button" href="${safeHref(action.href)}">${action.label}</a></div>` : ''}
!${traceBlock(traceId)}`,
  })
}

function reasons(probably: readonly string[]): string {
  if (probably.length === 0) return ''
  if (probably.length === 1) return html`<h2>What probably happened</h2><p>${probably[0]}</p>`
  return html`<h2>What probably happened</h2><ul>!${probably.map(reason => html`<li>${reason}</li>`)}</ul>`
}
