import type { Project } from '../projects/project.ts'
import { type ContentPage, mayOpen, type PathRule } from './content/content-folder.ts'
import type { ContentFolders } from './content-folders.ts'

/** What a reader with certain groups could open at a site, and what not. */
export interface PagesForReader {
  /** False where the pages are not served here: then the path rules are all that is known. */
  readonly served: boolean
  readonly open: readonly ContentPage[]
  readonly closed: readonly ContentPage[]
  readonly rules: readonly (PathRule & { readonly open: boolean })[]
}

/** `groups`: slugs. */
export async function pagesForReader(
  folders: ContentFolders,
  project: Project,
  groups: readonly string[],
): Promise<PagesForReader> {
  const pages = await folders.of(project).pages()
  const opens = (page: ContentPage) => mayOpen(page.groups, groups)
  return {
    served: project.siteFolder !== null,
    open: pages.filter(opens),
    closed: pages.filter(page => !opens(page)),
    rules: project.pathRules.map(rule => ({ ...rule, open: mayOpen([rule.groups], groups) })),
  }
}
