import { styleText } from 'node:util'
import type { Change } from '../configuration/configuration.ts'
import { plain } from './output.ts'

const signs = { create: '+', update: '~', delete: '-' } as const
const colours = { '+': 'green', '~': 'yellow', '-': 'red' } as const
const kinds = { project: 'project', group: 'group', siteClient: 'site client', client: 'client' } as const

/** Changes as people read them, in colour at a terminal: + for what comes, ~ for what changes, - for what goes. */
export function showChanges(changes: readonly Change[]): string[] {
  return changes.flatMap(change => [
    line(0, signs[change.action], title(change)),
    ...Object.entries(change.fields).flatMap(([name, { from, to }]) => {
      if (name === 'name' && to === change.name) return []
      if (change.action === 'create') return line(1, '+', `${name}: ${show(to)}`)
      return showField(name, from, to)
    }),
  ])
}

/** `2 to create, 1 to change, 0 to delete.`, or what was done. */
export function countChanges(changes: readonly Change[], done: boolean): string {
  const count = (action: Change['action']) => changes.filter(change => change.action === action).length
  const [made, changed, deleted] = [count('create'), count('update'), count('delete')]
  if (made + changed + deleted === 0) return 'Nothing to change.'
  return done
    ? `${made} created, ${changed} changed, ${deleted} deleted.`
    : `${made} to create, ${changed} to change, ${deleted} to delete.`
}

function title({ kind, project, name, id }: Change): string {
  if (kind === 'project') return `project ${project}`
  return `${kinds[kind]} ${[plain(name) || (id ?? ''), `of ${project}`].filter(Boolean).join(' ')}`
}

function showField(name: string, from: unknown, to: unknown): string[] {
  if (Array.isArray(from) && Array.isArray(to)) {
    const [before, after] = [from.map(show), to.map(show)]
    const gone = before.filter(entry => !after.includes(entry)).map(entry => line(2, '-', entry))
    const fresh = after.filter(entry => !before.includes(entry)).map(entry => line(2, '+', entry))
    if (gone.length + fresh.length > 0) return [line(1, '~', name), ...gone, ...fresh]
  }
  return [line(1, '~', `${name}: ${show(from)} -> ${show(to)}`)]
}

function show(value: unknown): string {
  return plain(JSON.stringify(value) ?? '')
}

function line(depth: number, sign: '+' | '~' | '-', text: string): string {
  const whole = `${'    '.repeat(depth)}${sign} ${text}`
  return process.stdout.isTTY ? styleText(colours[sign], whole, { stream: process.stdout }) : whole
}
