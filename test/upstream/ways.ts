// How each reason for refusing a provider's token comes about. No server is needed where nobody is asked.
import type { Reason } from '../../src/audit/reasons.ts'
import { AppError } from '../../src/errors.ts'
import { newTraceId } from '../../src/platform/trace-id.ts'
import type { Project } from '../../src/projects/project.ts'
import { tellRefusal } from '../../src/upstream/tell-refusal.ts'
import type { TestApp, TestProject } from '../start-app.ts'
import { ACCESS_TOKEN, addProvider, exchange, googleAda } from './providers.ts'
import { signer } from './stand-in.ts'

type Way = (gatepass: TestApp, acme: TestProject) => Promise<unknown>

const github = { subject_issuer: 'github', subject_token_type: ACCESS_TOKEN }

/** An ID token of a Google that answers as long as it is asked. */
async function bring(gatepass: TestApp, acme: TestProject, claims: object) {
  const { sign, serve } = await signer(gatepass.clock)
  const { url, close } = await serve()
  await addProvider(gatepass, acme, 'google', { clientIds: [googleAda.aud], jwksUri: url })
  await exchange(gatepass, acme, await sign({ ...googleAda, ...claims }))
  close()
}

/** As a door tells it. */
const told =
  (reason: Reason): Way =>
  (gatepass, acme) =>
    tellRefusal(
      gatepass,
      { id: acme.id } as Project,
      { traceId: newTraceId(gatepass.clock.now()) },
      new AppError('invalid_request', 'x', { reason }),
      { traceId: '', address: null },
    )

export const waysOfProviders = {
  provider_missing: told('provider_missing'),
  provider_refused: told('provider_refused'),
  answer_not_awaited: told('answer_not_awaited'),
  answer_mixed_up: told('answer_mixed_up'),
  provider_unknown: (gatepass, acme) => exchange(gatepass, acme, 'x'),
  async provider_unreachable(gatepass, acme) {
    const { sign } = await signer(gatepass.clock)
    const jwksUri = 'http://169.254.169.254/keys'
    await addProvider(gatepass, acme, 'google', { clientIds: [googleAda.aud], jwksUri })
    await exchange(gatepass, acme, await sign(googleAda))
  },
  async provider_secret_wrong(gatepass, acme) {
    await addProvider(gatepass, acme, 'github', { clientId: 'x' })
    await exchange(gatepass, acme, 'gho_x', github)
  },
  async subject_token_type_wrong(gatepass, acme) {
    await addProvider(gatepass, acme, 'google', { clientIds: ['x'] })
    await exchange(gatepass, acme, 'x', { subject_token_type: ACCESS_TOKEN })
  },
  async subject_token_invalid(gatepass, acme) {
    await addProvider(gatepass, acme, 'google', { clientIds: ['x'] })
    await exchange(gatepass, acme, 'x')
  },
  subject_token_expired: (gatepass, acme) => bring(gatepass, acme, { iat: 1, exp: 2 }),
  subject_token_other_app: (gatepass, acme) => bring(gatepass, acme, { aud: 'evil' }),
} satisfies Partial<Record<Reason, Way>>
