import { html } from 'ghtml'
import type { Words } from '../languages/languages.ts'
import { noticePage, type ProjectView, traceBlock } from './layout.ts'
import { safeHref } from './safe-href.ts'

export interface ErrorPage {
  readonly words: Words
  readonly title: string
  /** One sentence on what happened, in plain words. */
  readonly sentence: string
  /** What probably led to it. */
  readonly probably?: string | undefined
  readonly traceId: string
  /** Where starting again begins. */
  readonly startAt: string
  /** Missing where the error happened before it was known whose site this is. */
  readonly project?: ProjectView | undefined
}

/** Every error that a person sees. */
export function errorPage(view: ErrorPage): string {
  const { words, title, sentence, probably, traceId, startAt, project } = view
  return noticePage({
    words,
    title,
    project,
    tone: 'problem',
    body: html`<h1>${title}</h1>
<p class="lead">${sentence}</p>
!${probably === undefined ? '' : html`<h2>${words.error.whatHappened}</h2><p>${probably}</p>`}
<div class="actions"><a class="button" href="${safeHref(startAt)}">${words.shared.startAgain}</a></div>
!${traceBlock(words, traceId)}`,
  })
}
