import type { Project } from '../projects/project.ts'
import { type ContentFolder, openContentFolder, withoutContent } from './content/content-folder.ts'

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
      const folder = openFolder(project)
      open.set(project.id, { settings: project, folder })
      return folder
    },
  }
}

function openFolder({ siteFolder, pathRules }: Project): ContentFolder {
  return siteFolder === null ? withoutContent(pathRules) : openContentFolder(siteFolder, pathRules)
}
