import type { CommandContext } from './command-context.ts'

/** The slugs of projects, or null for all. One that was deleted is left out. */
export function slugsOf({ registry }: CommandContext, ids: readonly string[] | null): string[] | null {
  if (ids === null) return null
  return registry
    .projects()
    .filter(project => ids.includes(project.id))
    .map(project => project.slug)
}
