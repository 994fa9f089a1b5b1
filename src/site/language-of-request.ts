import type { FastifyRequest } from 'fastify'
import { type ChosenLanguage, chooseLanguage } from './languages/choose-language.ts'

/** The language for whoever asks: by `ui_locales` in the query or the form, else by what their browser prefers. */
export function languageOfRequest(request: FastifyRequest): ChosenLanguage {
  const asked = uiLocalesIn(request.query) ?? uiLocalesIn(request.body)
  return chooseLanguage(asked, request.headers['accept-language'])
}

/** The `ui_locales` of a query or a form, where they are language tags: the login page may speak more languages. */
export function uiLocalesIn(parameters: unknown): string | undefined {
  const { ui_locales: tags } = (parameters ?? {}) as Record<string, unknown>
  return typeof tags === 'string' && /^[A-Za-z0-9 -]{1,200}$/.test(tags) ? tags : undefined
}
