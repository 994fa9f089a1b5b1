import type { SignInPage } from '../../audit/find-sign-ins.ts'
import type { SignIn } from '../../audit/sign-in.ts'
import type { Project } from '../../projects/project.ts'
import type { Reader } from '../../readers/reader.ts'
import type { ListedSession } from '../../sessions/list-sessions.ts'
import type { Refused } from '../submit.ts'

/** What the page of one reader shows. */
export interface ReaderView {
  readonly project: Project
  readonly reader: Reader
  /** Those that are open, the newest first. */
  readonly sessions: readonly ListedSession[]
  /** There are more than these. */
  readonly moreSessions: boolean
  /** What opened the sessions, by trace ID, as far as it is still known. */
  readonly signInOf: ReadonlyMap<string, SignIn>
  clientName(id: string): string | undefined
  /** Undefined for who may not see them. */
  readonly signIns: SignInPage | undefined
  readonly refused: Refused | undefined
}
