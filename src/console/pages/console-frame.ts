import type { Administrator } from '../../administrators/administrator.ts'
import type { Scope } from '../../administrators/principal.ts'
import type { Project } from '../../projects/project.ts'

/** What every page inside the console shows around its own matter. */
export interface ConsoleFrame {
  readonly me: Administrator
  readonly scopes: ReadonlySet<Scope>
  /** They see all projects, not only some. */
  readonly allProjects: boolean
  /** For forms. */
  readonly token: string
  /** Path of the page itself. */
  readonly path: string
  /** Whose pages these are; undefined on pages of the whole installation. */
  readonly project: Project | undefined
  /** Those that they may see. */
  readonly projects: readonly Project[]
  /** What was just done, as the address says. */
  readonly done: string | undefined
  /** The moment of the page, in milliseconds. */
  readonly now: number
}
