// The languages that our pages speak. English is first: it is spoken where nothing else is asked for.
import { de } from './de.ts'
import { en, type Words } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { ja } from './ja.ts'

export type { Words } from './en.ts'

export const languages: readonly Words[] = [en, de, fr, es, ja]
