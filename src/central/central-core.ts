import type { Core } from '../http/core.ts'
import type { Background } from '../platform/background.ts'
import type { Mailer } from '../platform/mailer.ts'

/** What the pages of the identity server are given. */
export interface CentralCore extends Core {
  /** Undefined where this server sends no mail. */
  readonly mailer: Mailer | undefined
  readonly background: Background
}
