import type { FastifyRequest } from 'fastify'
import { type ChosenLanguage, chooseLanguage } from './languages/choose-language.ts'

/** The language for whoever asks: by `ui_locales` in the query or the form, else by what their browser prefers. */
export function languageOfRequest(request: FastifyRequest): ChosenLanguage {
  const inForm = (request.body ?? {}) as Record<string, unknown>
  const inQuery = (request.query ?? {}) as Record<string, unknown>
  const asked = [inQuery.ui_locales, inForm.ui_locales].find(value => typeof value === 'string')
  return chooseLanguage(asked as string | undefined, request.headers['accept-language'])
}
