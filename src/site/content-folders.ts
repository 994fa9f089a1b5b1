import type { Project } from '../projects/project.ts'
import { type ContentFolder, openContentFolder } from './content/content-folder.ts'

/** The content folder of each project, opened anew when the project's settings change. */
export interface ContentFolders {
  of(project: Project): ContentFolder
}

export function createContentFolders(): ContentFolders {
  const open = new Map<string, { settings: Project; folder: ContentFolder }>()
  return {
    of(project) {
      const known = open.get(project.id)
      if (known && known.settings.updatedAt === project.updatedAt) return known.folder
      const folder = openContentFolder(project.siteFolder ?? '/dev/null/no-folder', project.pathRules)
      open.set(project.id, { settings: project, folder })
      return folder
    },
  }
}
