// Everything that somebody is handed, or keeps, and that opens something: one of each kind.

import { insertAccountLink } from '../../src/accounts/account-links.ts'
import { createApiKey } from '../../src/administrators/api-keys.ts'
import { createOwnerLink } from '../../src/administrators/hand-out-link.ts'
import { scopes } from '../../src/administrators/principal.ts'
import { root } from '../api/world.ts'
import { Person, person, projectOfAccounts, tokenIn } from '../central/people.ts'
import { administrator } from '../console/sign-in.ts'
import * as suites from '../http/account-api.ts'
import { applicationToken, codeInside, loginToken } from '../http/login-token.ts'
import { Jar } from '../jar.ts'
import { register, tokensFor } from '../oidc/world.ts'
import type { TestApp, TestProject } from '../start-app.ts'
import { leave, startPuppet } from '../upstream/openid/world.ts'
import { startIssuer } from '../upstream/providers.ts'
import { addIdp, travel } from '../upstream/saml/world.ts'

type Test = Parameters<typeof startPuppet>[0]

/** Projects of every standard, of one owner. `name` is part of their slugs. */
export async function ownerOf(t: Test, gatepass: TestApp, name: string) {
  const acme = await gatepass.project({ slug: name })
  const client = await register(gatepass, acme)
  await startIssuer(t, gatepass, acme)
  const office = await gatepass.project({ slug: `${name}-office`, standard: 'openid' })
  const puppet = await startPuppet(t, gatepass, office)
  const campus = await gatepass.project({ slug: `${name}-campus` })
  const idp = await addIdp(gatepass, campus)
  const club = await projectOfAccounts(gatepass, `${name}-club`)
  const ada = await person(gatepass, `${name}-ada`, [club])
  return { name, acme, client, office, puppet, campus, idp, club, ada }
}

export type Owner = Awaited<ReturnType<typeof ownerOf>>

export type Kind = keyof Awaited<ReturnType<typeof artefactsOf>>['all']

/** One of each kind, alive and unspent; and the browsers that hold what belongs to some of them. */
export async function artefactsOf(gatepass: TestApp, owner: Owner) {
  const { name, acme, client, office, campus, idp, club, ada } = owner
  const tokens = await tokensFor(gatepass, acme, client)
  const { token } = await applicationToken(gatepass, acme)
  const made = async (project: TestProject) =>
    (await loginToken(gatepass, project)).json().access_token as string

  const atHome = new Person(gatepass)
  const ssoToken = tokenIn(await atHome.signIn(`${name}-ada`, `${club.siteUrl}/x`))
  const apiKey = await suites.register(gatepass, `${name}-developer`, 'developer')
  await suites.register(gatepass, `${name}-user`)
  const suiteJwt = await suites.signIn(gatepass, `${name}-user`, await suites.suite(gatepass, name))

  const atOffice = new Jar(gatepass.app)
  const sentTo = await leave(atOffice, office)
  const { leave: leaveCampus, post, continueUrl } = travel(gatepass, campus)
  const waiting = await leaveCampus()
  const answered = await leaveCampus()
  const page = await post(answered.browser, await idp.answer(answered.goTo))

  const now = gatepass.clock.now()
  const link = await gatepass.database.write(tx =>
    insertAccountLink(tx, { accountId: ada.id, createdBy: 'test', life: 3_600_000 }, now),
  )
  const operator = await administrator(gatepass, { email: `${name}@example.com` })
  const everything = { name, scopes, projectIds: null, life: null }
  return {
    all: {
      'login secret': acme.clientSecret,
      'site secret': acme.siteClientSecret,
      'client secret': client.clientSecret!,
      code: await gatepass.code(acme),
      session: secretIn(await gatepass.signIn(acme)),
      'access token': tokens.access_token!,
      'refresh token': tokens.refresh_token!,
      'ID token': tokens.id_token!,
      'trace ID': (await gatepass.push(acme)).json().traceId as string,
      'login token': await made(acme),
      'code of a login token': codeInside(await made(acme)),
      'application token': token,
      'account session': atHome.jar().value('gatepass_account')!,
      ssoToken,
      'account link': link.token,
      'account API key': apiKey,
      'suite JWT': suiteJwt,
      'OpenID state': new URL(sentTo).searchParams.get('state')!,
      RelayState: new URL(waiting.goTo).searchParams.get('RelayState')!,
      'SAML ticket': new URL(continueUrl(page.body)).searchParams.get('ticket')!,
      'admin API key': (await createApiKey(gatepass.rules, root, everything)).secret,
      'console session': operator.jar.value('gatepass_console')!,
      'console link': (await createOwnerLink(gatepass.rules, gatepass.actor)).token,
    },
    atOffice,
    sentTo,
    waiting,
    answered,
  }
}

export type Artefacts = Awaited<ReturnType<typeof artefactsOf>>

const secretIn = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1)
