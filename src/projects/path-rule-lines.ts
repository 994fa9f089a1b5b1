// Path rules as people write them: one a line, `/internal/* = staff, partners`.
import { AppError } from '../errors.ts'
import { isPathRule } from './check-settings.ts'
import type { PathRule } from './project.ts'

/** @throws AppError `invalid_request` at the field `pathRules`, with the number of every line that is wrong. */
export function readPathRules(text: string): PathRule[] {
  const rules: PathRule[] = []
  const wrong: string[] = []
  for (const [index, written] of text.split('\n').entries()) {
    const line = written.trim()
    if (line === '') continue
    const rule = readLine(line)
    if (isPathRule(rule)) rules.push(rule)
    else wrong.push(`line ${index + 1} (${line.length > 40 ? `${line.slice(0, 40)}…` : line})`)
  }
  if (wrong.length === 0) return rules
  const problem = `cannot be read in ${wrong.join(', ')}: write a path from / on, an equals sign, and slugs of groups`
  throw new AppError('invalid_request', `The path rules cannot be taken: ${problem}.`, {
    fields: [{ field: 'pathRules', problem }],
  })
}

export function writePathRules(rules: readonly PathRule[]): string {
  return rules.map(({ path, groups }) => `${path} = ${groups.join(', ')}`).join('\n')
}

/** The last equals sign parts the two, because a path may have one and a slug may not. */
function readLine(line: string): PathRule {
  const equals = line.lastIndexOf('=')
  const groups = line.slice(equals + 1).split(',')
  return { path: equals < 0 ? '' : line.slice(0, equals).trim(), groups: groups.map(slug => slug.trim()) }
}
