// Whole stories in a real browser, against a server in a process of its own. One file, so that one server and one
// browser serve them all; every story begins with a visitor who has no cookies.
import t from 'tap'
import { accountsByFetch } from './accounts-by-fetch.ts'
import { beingRefused } from './being-refused.ts'
import { centralLogin } from './central-login.ts'
import { comingAndGoing } from './coming-and-going.ts'
import { firstVisit } from './first-visit.ts'
import { fromAPortal } from './from-a-portal.ts'
import { googleSignIn } from './google-sign-in.ts'
import { hostileNames } from './hostile-names.ts'
import { oneSignIn } from './one-sign-in.ts'
import { openidSignIn } from './openid-sign-in.ts'
import { samlSignIn } from './saml-sign-in.ts'
import { openWorld } from './world.ts'

t.test('in a browser', async t => {
  const world = await openWorld()
  t.teardown(() => world.close())
  t.test('the first visit', t => firstVisit(t, world))
  t.test('coming and going', t => comingAndGoing(t, world))
  t.test('one sign-in, two sites', t => oneSignIn(t, world))
  t.test('at an OpenID provider', t => openidSignIn(t, world))
  t.test('at a SAML provider', t => samlSignIn(t, world))
  t.test('from a portal, by a login token', t => fromAPortal(t, world))
  t.test('with a token of Google', t => googleSignIn(t, world))
  t.test('at the central login page', t => centralLogin(t, world))
  t.test('accounts by fetch', t => accountsByFetch(t, world))
  t.test('being refused', t => beingRefused(t, world))
  t.test('hostile names', t => hostileNames(t, world))
})
