import { isUtf8 } from 'node:buffer'
import { AppError } from '../errors.ts'

/**
 * JSON as a credential-bearing door takes it: valid UTF-8, and no member twice in one object, where two programs could
 * read two different things.
 * @throws AppError `invalid_request`.
 */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw unreadable('The body is not valid UTF-8.')
  const text = body.toString()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the body, which may hold what nobody should log.
    throw unreadable('The body is not valid JSON.')
  }
  const members = countMembers(value, 1)
  if (members < 0) throw unreadable('The body names __proto__, constructor or prototype.')
  if (members !== countColons(text)) throw unreadable('The body has a member twice in one object.')
  return value
}

/** A form (application/x-www-form-urlencoded) in which every parameter stands once (RFC 6749, section 3.2). */
export function parseForm(body: Buffer): Record<string, string> {
  const form: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(body.toString())) {
    if (name in form) throw unreadable(`The parameter ${name.slice(0, 64)} is repeated.`)
    form[name] = value
  }
  return form
}

function unreadable(sentence: string): AppError {
  return new AppError('invalid_request', sentence, { reason: 'body_unreadable' })
}

const DEEPEST = 32

/** How many members all objects of a JSON value have; negative where one has a name that JavaScript reads meaning into. */
function countMembers(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  // JSON.parse takes any depth, a function that calls itself does not.
  if (depth > DEEPEST) throw unreadable(`The body nests deeper than ${DEEPEST} levels.`)
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) {
      const inner = countMembers(item, depth + 1)
      if (inner < 0) return -1
      members += inner
    }
    return members
  }
  for (const name of Object.keys(value)) {
    const inner = countMembers((value as Record<string, unknown>)[name], depth + 1)
    if (inner < 0 || name === '__proto__' || name === 'constructor' || name === 'prototype') return -1
    members += inner + 1
  }
  return members
}

/** Colons outside strings: valid JSON has exactly one for each member that was written. */
function countColons(text: string): number {
  let colons = 0
  let inString = false
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (inString) {
      if (unit === 92) index++
      else if (unit === 34) inString = false
    } else if (unit === 34) inString = true
    else if (unit === 58) colons++
  }
  return colons
}
