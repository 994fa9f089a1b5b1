// The table of contents of the admin API.
import { administratorOperations } from './administrators.ts'
import { apiKeyOperations } from './api-keys.ts'
import { auditOperations } from './audit.ts'
import { clientOperations } from './clients.ts'
import { configurationOperations } from './configuration.ts'
import { groupOperations } from './groups.ts'
import { keyOperations } from './keys.ts'
import { noticeOperations } from './notices.ts'
import type { Operation } from './operation.ts'
import { overviewOperations } from './overview.ts'
import { projectOperations } from './projects.ts'
import { readerOperations } from './readers.ts'
import { secretOperations } from './secrets.ts'
import { selfOperations } from './self.ts'
import { sessionOperations } from './sessions.ts'
import { signInOperations } from './sign-ins.ts'
import { testOperations } from './testing.ts'

export const operations: readonly Operation[] = [
  ...selfOperations,
  ...projectOperations,
  ...secretOperations,
  ...clientOperations,
  ...groupOperations,
  ...readerOperations,
  ...sessionOperations,
  ...signInOperations,
  ...overviewOperations,
  ...noticeOperations,
  ...testOperations,
  ...keyOperations,
  ...configurationOperations,
  ...auditOperations,
  ...administratorOperations,
  ...apiKeyOperations,
]
