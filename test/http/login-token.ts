// Login tokens in tests: made as a customer's program makes them.
import type { LightMyRequestResponse } from 'fastify'
import { createApplicationToken } from '../../src/projects/application-tokens.ts'
import { issuer, type TestApp, type TestProject } from '../start-app.ts'

const TYPE = 'urn:devrev:params:oauth:token-type'

/** The request as the vendor documents it. */
export const asked = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  requested_token_type: `${TYPE}:session:onetime`,
  subject_token_type: `${TYPE}:revinfo`,
  rev_info: { user_ref: 'ada', user_traits: { email: 'ada@example.com', display_name: 'Ada Lovelace' } },
}

export function applicationToken(
  gatepass: TestApp,
  { slug }: { slug: string },
  life: number | null = null,
  label = 'portal',
) {
  return createApplicationToken(gatepass.rules, gatepass.actor, { slug, label, life })
}

/** Asks for a login token; without `token` with a new application access token. */
export async function loginToken(
  gatepass: TestApp,
  project: TestProject,
  more: { token?: string; headers?: Record<string, string>; body?: unknown; from?: string } = {},
): Promise<LightMyRequestResponse> {
  const token = more.token ?? (await applicationToken(gatepass, project)).token
  return await gatepass.app.inject({
    method: 'POST',
    url: `${issuer}/auth-tokens.create`,
    headers: { authorization: token, 'content-type': 'application/json', ...more.headers },
    payload: typeof more.body === 'string' ? more.body : JSON.stringify(more.body ?? asked),
    ...(more.from && { remoteAddress: more.from }),
  })
}

/** The bare code that a login token holds, as whoever reads the token can see it. */
export function codeInside(jwt: string): string {
  return JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()).code
}
