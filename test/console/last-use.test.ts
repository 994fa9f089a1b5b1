// When a secret was used last is what an administrator looks at before retiring it: it is read where it is written, not
// from what a process has in memory of the settings.
import t from 'tap'
import { createApplicationToken } from '../../src/projects/application-tokens.ts'
import { createSiteClient } from '../../src/projects/site-clients.ts'
import { issuer, startApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

/** What the page's list of secrets says of the first one's last use. */
const lastUseIn = (page: string) => /data-label="Last used">(?:<[^>]*>)*([^<]*)/.exec(page)?.[1]

t.test('works: a use is told at the next look, with no change of settings in between', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const { clientId } = await createSiteClient(gatepass.rules, gatepass.actor, 'acme', {
    name: 'Wiki',
    redirectUris: ['https://wiki.test/callback'],
  })
  const aat = await createApplicationToken(gatepass.rules, gatepass.actor, {
    slug: 'acme',
    label: 'portal',
    life: null,
  })
  const admin = await administrator(gatepass)
  const project = '/console/projects/acme'
  const pages = [
    '/jwt',
    '/application-tokens',
    `/sites/clients/${clientId}`,
    `/sites/clients/${acme.siteClientId}`,
  ]
  for (const path of pages) t.equal(lastUseIn((await admin.get(project + path)).body), 'never', path)

  gatepass.clock.minutes(5)
  await gatepass.swap(acme, await gatepass.code(acme))
  await gatepass.get(`${issuer}/auth-tokens.info`, { authorization: aat.token })
  await gatepass.app.inject({
    method: 'POST',
    url: `${issuer}/auth-tokens.create`,
    headers: { authorization: aat.token, 'content-type': 'application/json' },
    payload: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:devrev:params:oauth:token-type:session:onetime',
      subject_token_type: 'urn:devrev:params:oauth:token-type:revinfo',
      rev_info: { user_ref: 'ada', user_traits: { email: 'ada@example.com' } },
    },
  })
  const used = [pages[0]!, pages[1]!, pages[3]!]
  for (const path of used) t.equal(lastUseIn((await admin.get(project + path)).body), 'just now', path)
  t.match((await admin.get(`${project}/sites`)).body, /last used <time[^>]*>just now/)
})
