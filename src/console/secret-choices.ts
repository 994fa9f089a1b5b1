// How long secrets live, as the console offers it. A choice is a name in a form and milliseconds for the rule.
import { AppError } from '../errors.ts'
import { type Form, text } from './submit.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

interface Choice {
  readonly value: string
  readonly label: string
  readonly milliseconds: number
}

/** Until when a secret still works that another takes the place of. */
export const graces: readonly Choice[] = [
  { value: 'now', label: 'not at all: they end now', milliseconds: 0 },
  { value: '1h', label: '1 hour', milliseconds: HOUR },
  { value: '24h', label: '24 hours', milliseconds: DAY },
  { value: '7d', label: '7 days', milliseconds: 7 * DAY },
]

/** How long a second secret works. */
export const lives: readonly Choice[] = [
  { value: '1d', label: '24 hours', milliseconds: DAY },
  { value: '7d', label: '7 days', milliseconds: 7 * DAY },
  { value: '90d', label: '90 days', milliseconds: 90 * DAY },
  { value: '1y', label: '1 year', milliseconds: 365 * DAY },
]

/** The milliseconds of what was chosen. @throws AppError `invalid_request` for what the form does not offer. */
export function chosen(form: Form, name: string, choices: readonly Choice[]): number {
  const choice = choices.find(({ value }) => value === text(form, name))
  if (choice) return choice.milliseconds
  const problem = `must be one of ${choices.map(({ value }) => value).join(', ')}`
  throw new AppError('invalid_request', `The ${name} ${problem}.`, { fields: [{ field: name, problem }] })
}
