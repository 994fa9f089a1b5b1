import type { Project } from '../projects/project.ts'
import { displayName } from '../readers/reader.ts'
import type { LiveSession } from '../sessions/session.ts'
import { groupSlugs } from '../tokens/claims.ts'
import type { ContentFolders } from './content-folders.ts'
import type { SiteFrame } from './pages/site-frame.ts'

/** What stands around every page of a signed-in reader: whose site, who reads, and what they may open. */
export async function frameForReader(
  project: Project,
  session: LiveSession,
  folders: ContentFolders,
): Promise<Omit<SiteFrame, 'words'>> {
  const groups = groupSlugs(project, session.reader.groupIds)
  return {
    project,
    reader: { name: displayName(session.reader), email: session.reader.email, groups },
    navigation: await folders.of(project).navigation(groups),
    expiresAt: session.expiresAt,
  }
}
