// How each reason for refusing a provider's token comes about. No server is needed where nobody is asked.
import type { Test } from 'tap'
import type { Reason } from '../../src/audit/reasons.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { Jar } from '../jar.ts'
import { issuer, type TestApp, type TestProject } from '../start-app.ts'
import { type Puppet, startPuppet } from './openid/world.ts'
import { ACCESS_TOKEN, addProvider, exchange, googleAda } from './providers.ts'
import { waysOfSaml } from './saml/ways.ts'
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

const start = `${issuer}/upstream/openid/acme/start`

/** A project whose readers sign in at an OpenID provider that is there for as long as `way` takes. */
function atProvider(way: (gatepass: TestApp, puppet: Puppet, jar: Jar) => Promise<unknown>): Way {
  return async (gatepass, acme) => {
    const ends: (() => unknown)[] = []
    const t = { teardown: (end: () => unknown) => void ends.push(end) } as unknown as Test
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { standard: 'openid' })
    await way(gatepass, await startPuppet(t, gatepass, acme), new Jar(gatepass.app))
    for (const end of ends) end()
  }
}

const comingBack = (more: Record<string, string>) =>
  atProvider(async (_, puppet, jar) => {
    const sent = await jar.get(start)
    await puppet.comeBack(jar, String(sent.headers.location), more)
  })

export const waysOfProviders = {
  async provider_missing(gatepass, acme) {
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { standard: 'openid' })
    await gatepass.get(start)
  },
  provider_refused: comingBack({ error: 'access_denied' }),
  answer_not_awaited: comingBack({ state: 'x' }),
  answer_mixed_up: comingBack({ iss: 'https://elsewhere.test' }),
  ...waysOfSaml,
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
