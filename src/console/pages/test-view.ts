// What the page shows on which an integration is tested.
import type { PushTrial } from '../../codes/try-push.ts'
import type { LoginCheck } from '../../projects/login-url/finding.ts'
import type { Project } from '../../projects/project.ts'
import type { PagesForReader } from '../../site/pages-for-reader.ts'
import type { Refused } from '../submit.ts'
import type { Typed } from '../typed-payload.ts'

export interface TestView {
  readonly project: Project
  readonly hasLoginClient: boolean
  /** Where a browser without a session is sent; empty where the project has no login URL. */
  readonly loginPage: string
  readonly typed: Typed
  readonly refused?: Refused | undefined
  readonly checked?: Checked | undefined
  readonly loginCheck?: LoginCheck | undefined
}

/** A payload with what would come of it; the pages of a reader who is known well enough. */
export interface Checked {
  readonly payload: unknown
  readonly trial: PushTrial
  readonly pages: PagesForReader | undefined
}
