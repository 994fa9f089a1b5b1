import { ACCOUNT_ISSUER, type Account } from '../../accounts/account.ts'
import type { AccountSession } from '../../accounts/account-sessions.ts'
import type { Visit } from '../../audit/attempts.ts'
import type { GeneratedCode, MakingDeps } from '../../codes/make-code.ts'
import type { Project } from '../../projects/project.ts'
import { type AskedFor, handOver } from '../hand-over.ts'
import { identityOfAccount } from '../identity-of-account.ts'
import { tellingRefusal } from './tell-refusal.ts'

/**
 * Hands somebody who is signed in at the central login page over to a project's site. What the code opens ends with the
 * account session.
 * @throws AppError as `handOver`, and `access_denied` for an account that the project does not admit.
 */
export async function handOverAccount(
  deps: MakingDeps,
  project: Project,
  { account, session }: { readonly account: Account; readonly session: AccountSession },
  asked: AskedFor,
  visit: Visit,
): Promise<GeneratedCode> {
  const identity = await tellingRefusal(deps, 'code', { project, state: asked.state }, visit, () =>
    identityOfAccount(deps.database.read, project, account),
  )
  const detail = { account: account.id, provider: ACCOUNT_ISSUER }
  return await handOver(deps, project, 'accounts', identity, asked, detail, visit, session.key)
}
