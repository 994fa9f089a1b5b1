import { stat } from 'node:fs/promises'
import type { Project } from '../projects/project.ts'
import type { AttentionItem } from './attention.ts'

/** Settings with which nobody gets in, or nothing is there to see. */
export async function watchSettings(project: Project): Promise<AttentionItem[]> {
  const about = { projectId: project.id, traceId: null }
  const items: AttentionItem[] = []
  if (!project.jwtEnabled) {
    items.push({
      ...about,
      kind: 'jwt_off',
      severity: 'warning',
      sentence: 'Sign-in is switched off, so nobody can come in.',
      detail: 'Switch it on in the settings when readers may come in again.',
      since: null,
    })
  }
  if (project.siteFolder !== null && !(await isFolder(project.siteFolder))) {
    items.push({
      ...about,
      kind: 'site_folder_missing',
      severity: 'error',
      sentence: `The folder of the site, ${project.siteFolder}, is not there or cannot be read.`,
      detail: 'Readers find no pages. Put the folder back, or name another one in the settings of the site.',
      since: null,
    })
  }
  return items
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
