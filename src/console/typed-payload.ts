// The payload of a push as an administrator types it: in fields, or as JSON. What is wrong with it is for the rules to
// say, so nothing is mended here on its way.
import { AppError, type FieldProblem } from '../errors.ts'
import { parseJson } from '../http/parse-body.ts'
import type { Project } from '../projects/project.ts'
import { chosenGroups, groupField } from './groups-field.ts'
import type { Form } from './submit.ts'

export interface Typed {
  readonly as: 'fields' | 'json'
  /** Of either form, as they were typed. */
  readonly values: Form
}

/** The fields of the form in which a blank means that the payload does not have them. */
const optional = ['firstName', 'lastName', 'externalId', 'redirectUrl'] as const

/** A made-up reader, for a page on which nothing was typed yet. */
export const example: Typed = {
  as: 'fields',
  values: {
    username: 'test-reader',
    firstName: 'Test',
    lastName: 'Reader',
    emailId: 'test-reader@example.com',
  },
}

export function typedIn(form: Form): Typed {
  return { as: form.as === 'json' ? 'json' : 'fields', values: form }
}

/** @throws AppError `invalid_request` for JSON that cannot be read, with the field `json`. */
export function payloadOf({ as, values }: Typed): unknown {
  return as === 'json' ? readJson(values.json ?? '') : fromFields(values)
}

/** The same in the other form. `fields` keeps of JSON what it has fields for. @throws AppError as `payloadOf`. */
export function retype(typed: Typed, as: Typed['as'], project: Project): Typed {
  if (as === typed.as) return typed
  const payload = payloadOf(typed)
  if (as === 'json') return asJson(payload)
  return { as, values: toFields(payload, project) }
}

export function asJson(payload: unknown): Typed {
  return { as: 'json', values: { json: JSON.stringify(payload, null, 2) } }
}

function fromFields(values: Form): Record<string, unknown> {
  const { username = '', emailId = '', tokenValidity = '' } = values
  const given = optional.filter(name => (values[name] ?? '').trim() !== '')
  const minutes = tokenValidity.trim()
  return {
    username,
    ...Object.fromEntries(given.map(name => [name, values[name]])),
    emailId,
    readerGroupIds: chosenGroups(values),
    // What is no number stays a text, which the rules refuse as they refuse it from a login endpoint.
    ...(minutes !== '' && { tokenValidity: /^[+-]?\d{1,15}$/.test(minutes) ? Number(minutes) : minutes }),
  }
}

function toFields(payload: unknown, { groups }: Project): Form {
  const given = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<string, unknown>
  const texts = ['username', 'emailId', 'tokenValidity', ...optional].flatMap(name => {
    const value = given[name]
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : []
  })
  const named = Array.isArray(given.readerGroupIds) ? given.readerGroupIds : []
  const ticked = named
    .filter(each => typeof each === 'string')
    .map(each => [groupField(groups.find(group => group.id === each)?.slug ?? each), 'on'])
  return Object.fromEntries([...texts, ...ticked])
}

function readJson(text: string): unknown {
  try {
    return parseJson(Buffer.from(text))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const problem = whereBroken(text) ?? error.message.replace(/^The body /, '').replace(/\.$/, '')
    const fields: FieldProblem[] = [{ field: 'json', problem }]
    throw new AppError('invalid_request', 'The JSON cannot be read.', { fields })
  }
}

/** The parser's own message has the place, for whoever typed it. */
function whereBroken(text: string): string | undefined {
  if (text.trim() === '') return 'is empty'
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const place = /line (\d+) column (\d+)/.exec((error as Error).message)
    if (place) return `is not JSON: look at line ${place[1]}, column ${place[2]}`
    return /end of JSON/i.test((error as Error).message)
      ? 'is not JSON: it ends too early; a bracket or a quotation mark is missing'
      : 'is not JSON'
  }
}
