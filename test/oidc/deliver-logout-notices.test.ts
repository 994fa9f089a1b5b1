import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import { wrappingKey } from '../../src/keys/wrap.ts'
import { startNoticeDelivery } from '../../src/oidc/deliver-logout-notices.ts'
import { createOutboundFetch } from '../../src/platform/outbound-fetch.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { purgeStep } from '../../src/purge.ts'
import { nextTry } from '../../src/sessions/logout-notice.ts'
import { claimNotices, type ListedNotice, listNotices } from '../../src/sessions/notice-store.ts'
import { retryNotice } from '../../src/sessions/retry-notice.ts'
import { sidOf } from '../../src/sessions/session.ts'
import { endSession } from '../../src/sessions/sign-off.ts'
import { addClient, deliveryOf, openSession, readLogoutToken, startRelyingParty } from '../relying-party.ts'
import { startApp } from '../start-app.ts'

/** A reader signed in at a site that is told at `uri`, and what it takes to end sessions there. */
async function signedIn(t: Test, uri: string, algorithm?: 'ES256' | 'EdDSA' | 'RS256') {
  const gatepass = await startApp(t)
  const { database, clock } = gatepass
  const acme = await gatepass.project()
  const { traceId } = (await gatepass.push(acme)).json()
  const reader = await database.read.selectFrom('readers').selectAll().executeTakeFirstOrThrow()
  const of = { projectId: reader.project_id, readerId: reader.id }
  const clientId = await addClient(database, of.projectId, uri, { ...(algorithm && { algorithm }) })
  return {
    gatepass,
    of,
    clientId,
    traceId: traceId as string,
    /** Opens a session at a client and ends it. @returns its `sid`. */
    async logOut(client = clientId): Promise<string> {
      const about = { ...of, kind: 'tokens', clientId: client, traceId } as const
      const key = await openSession(database, clock.now(), about)
      await database.write(tx => endSession(tx, key, 'logout', clock.now()))
      return sidOf(key)
    },
    notices: (): Promise<ListedNotice[]> =>
      listNotices(database.read, { projectId: of.projectId, pending: false, limit: 999 }),
    logoutSteps: async () => (await gatepass.attempt(traceId)).filter(step => step.step === 'logout'),
  }
}

t.test('works', async t => {
  for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
    t.test(`a site is told by a token that it can check: ${algorithm}`, async t => {
      const site = await startRelyingParty(t)
      const { gatepass, of, clientId, logOut, notices, logoutSteps } = await signedIn(t, site.uri, algorithm)
      const sid = await logOut()
      await deliveryOf(gatepass).deliverDue()

      t.equal(site.requests.length, 1)
      const [told] = site.requests
      t.equal(told!.method, 'POST')
      t.equal(told!.type, 'application/x-www-form-urlencoded')
      t.same([...new URLSearchParams(told!.body).keys()], ['logout_token'])
      const { claims, header } = await readLogoutToken(gatepass, site.tokens()[0]!, clientId)
      const now = gatepass.clock.now() / 1000
      const { jti, ...rest } = claims
      t.match(jti, /^[0-9a-f-]{36}$/)
      t.same(rest, {
        iss: 'http://id.test',
        aud: clientId,
        iat: now,
        exp: now + 120,
        sub: of.readerId,
        sid,
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      })
      t.equal(header.typ, 'logout+jwt')
      t.equal(header.alg, algorithm)

      t.match(await notices(), [{ state: 'delivered', tries: 1, dueAt: null, lastProblem: null }])
      t.match(await logoutSteps(), [
        { outcome: 'passed', reader: 'ada@example.com', detail: { told: 'wiki', try: 1, status: 200 } },
      ])
    })
  }

  t.test('204 is as good as 200', async t => {
    const site = await startRelyingParty(t)
    site.answers(204)
    const { gatepass, logOut, notices } = await signedIn(t, site.uri)
    await logOut()
    await deliveryOf(gatepass).deliverDue()
    t.match(await notices(), [{ state: 'delivered' }])
  })

  t.test('a site that is down hears of it when it is up again, by a fresh token', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, clientId, logOut, notices, logoutSteps } = await signedIn(t, site.uri)
    const delivery = deliveryOf(gatepass)
    await logOut()
    site.answers((_, response) => response.destroy())
    await delivery.deliverDue()
    site.answers(503)
    t.match(await notices(), [{ state: 'pending', tries: 1, lastProblem: /^no answer from .*ECONNRESET/ }])
    gatepass.clock.seconds(7)
    await delivery.deliverDue()
    t.equal(site.requests.length, 1, 'not before its time')
    for (const [seconds, tries] of [
      [5, 2],
      [36, 3],
      [144, 4],
      [720, 5],
    ] as const) {
      gatepass.clock.seconds(seconds)
      await delivery.deliverDue()
      t.match(await notices(), [{ state: 'pending', tries, lastProblem: 'answered 503' }])
    }
    site.answers(200)
    gatepass.clock.minutes(36)
    await delivery.deliverDue()
    t.match(await notices(), [{ state: 'delivered', tries: 6, lastProblem: null }])
    t.same(
      (await logoutSteps()).map(step => [step.outcome, step.reason, step.detail.try]),
      [...[1, 2, 3, 4, 5].map(n => ['failed', 'logout_not_delivered', n]), ['passed', null, 6]],
    )

    const last = await readLogoutToken(gatepass, site.tokens()[5]!, clientId)
    t.equal(last.claims.iat, Math.floor(gatepass.clock.now() / 1000))
    const ids = site.tokens().map(token => JSON.parse(atob(token.split('.')[1]!)).jti)
    t.equal(new Set(ids).size, 6, 'each with an ID of its own')
    gatepass.clock.minutes(60)
    await delivery.deliverDue()
    t.equal(site.requests.length, 6, 'and then it is left in peace')
  })

  t.test('a site that stays down is given up after a day; its operator can have it tried again', async t => {
    const site = await startRelyingParty(t)
    site.answers(500)
    const { gatepass, logOut, notices, logoutSteps } = await signedIn(t, site.uri)
    const delivery = deliveryOf(gatepass)
    await logOut()
    let hours = 0
    for (; hours < 30 && (await notices())[0]!.state === 'pending'; hours += 0.5) {
      await delivery.deliverDue()
      gatepass.clock.minutes(30)
    }
    t.ok(hours > 20 && hours < 25, `given up after ${hours} hours`)
    t.match(await notices(), [{ state: 'given_up', dueAt: null, lastProblem: 'answered 500' }])
    t.equal((await logoutSteps()).at(-1)!.detail.next, 'given up')

    const [{ id }] = (await notices()) as [ListedNotice]
    site.answers(200)
    await retryNotice(gatepass, gatepass.actor, id)
    await delivery.deliverDue()
    t.match(await notices(), [{ state: 'delivered', lastProblem: null }])
    await t.rejects(retryNotice(gatepass, gatepass.actor, id), { code: 'conflict' })
    await t.rejects(retryNotice(gatepass, gatepass.actor, 'nothing'), { code: 'not_found' })
  })

  t.test('the running server tells the site at once', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut } = await signedIn(t, site.uri)
    const { database, clock, config } = gatepass
    const running = startNoticeDelivery({
      database,
      clock,
      registry: createRegistry(database.read),
      keys: createKeyRing(database, clock, wrappingKey(config.secret)),
      issuer: config.issuer,
      fetch: createOutboundFetch(config),
      logger: pino({ level: 'silent' }),
    })
    await logOut()
    const since = performance.now()
    await site.hasSeen(1)
    t.ok(performance.now() - since < 800, 'before it would look by itself')
    await running.stop()
    await logOut()
    t.equal(site.requests.length, 1, 'and nothing more once it is stopped')
  })

  t.test('pauses grow to an hour and never pass a day', async t => {
    const pause = (tries: number, random: number) =>
      nextTry({ createdAt: 0 }, tries, false, 0, random)! / 1000
    t.same(
      [1, 2, 3, 4, 5, 6, 7, 99].map(tries => pause(tries, 0.5)),
      [...[10, 30, 120, 600, 1800, 3600, 3600, 3600]],
    )
    t.same([pause(1, 0), pause(1, 1)], [8, 12], 'a fifth sooner or later')
    t.equal(nextTry({ createdAt: 0 }, 20, false, 23.5 * 3_600_000, 0.5), null)
  })

  t.test('what is over and old is purged; what waits is not', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut, notices } = await signedIn(t, site.uri)
    await logOut()
    await deliveryOf(gatepass).deliverDue()
    const later = gatepass.clock.now() + 3_600_000
    await purgeStep(gatepass.database, later, 1)
    t.equal((await notices()).length, 1)
    await logOut()
    await purgeStep(gatepass.database, later + 86_400_000, 1)
    t.match(await notices(), [{ state: 'pending' }])
  })
})

t.test('refuses', async t => {
  t.test('a site that answers 400 is asked a few times, and its words are shown', async t => {
    const site = await startRelyingParty(t)
    site.answers((_, response) =>
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":"invalid_request","error_description":"unknown key","secret":"x"}'),
    )
    const { gatepass, logOut, notices, logoutSteps } = await signedIn(t, site.uri)
    const delivery = deliveryOf(gatepass)
    await logOut()
    for (let hour = 0; hour < 24; hour++) {
      await delivery.deliverDue()
      gatepass.clock.minutes(60)
    }
    t.equal(site.requests.length, 4)
    const problem = 'answered 400: invalid_request, unknown key'
    t.match(await notices(), [{ state: 'given_up', tries: 4, lastProblem: problem }])
    const steps = await logoutSteps()
    t.equal(steps.length, 4)
    t.match(steps[3], { outcome: 'failed', reason: 'logout_refused', detail: { problem, next: 'given up' } })
  })

  t.test('an answer of 400 that is no JSON, or odd JSON, is a refusal all the same', async t => {
    for (const body of ['', '<html>', 'null', '[]', '{"error":{}}', '"x"']) {
      const site = await startRelyingParty(t)
      site.answers((_, response) => response.writeHead(400).end(body))
      const { gatepass, logOut, notices } = await signedIn(t, site.uri)
      await logOut()
      await deliveryOf(gatepass).deliverDue()
      t.match(await notices(), [{ state: 'pending', lastProblem: 'answered 400' }], body)
    }
  })

  t.test('a client that asks no longer to be told is not', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, clientId, logOut, notices } = await signedIn(t, site.uri)
    await logOut()
    await gatepass.database.write(async tx => {
      await tx
        .updateTable('clients')
        .set({ backchannel_logout_uri: null })
        .where('id', '=', clientId)
        .execute()
      await tx.updateTable('settings_version').set({ version: 1000 }).execute()
    })
    await deliveryOf(gatepass).deliverDue()
    t.equal(site.requests.length, 0)
    t.match(await notices(), [{ state: 'given_up', lastProblem: /asks no longer/ }])
  })
})

t.test('resists', async t => {
  t.test('several processes: each notice reaches the site once', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut, notices } = await signedIn(t, site.uri)
    const sids: string[] = []
    for (let n = 0; n < 40; n++) sids.push(await logOut())
    const processes = [1, 2, 3, 4].map(() => deliveryOf(gatepass))
    await Promise.all(processes.map(each => each.deliverDue()))
    await Promise.all(processes.map(each => each.deliverDue()))
    t.equal(site.requests.length, 40)
    const told = site.tokens().map(token => JSON.parse(atob(token.split('.')[1]!)).sid)
    t.same(told.sort(), sids.sort())
    t.ok((await notices()).every(each => each.state === 'delivered' && each.tries === 1))
  })

  t.test('a process that died with a notice in its hands: another one takes it over', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut, notices } = await signedIn(t, site.uri)
    await logOut()
    const { clock, database } = gatepass
    const claim = { now: clock.now(), limit: 9, perClient: 9, busy: new Map() }
    t.equal((await database.write(tx => claimNotices(tx, claim))).length, 1)
    const other = deliveryOf(gatepass)
    clock.seconds(29)
    await other.deliverDue()
    t.equal(site.requests.length, 0, 'not while the first may be at it')
    clock.seconds(1)
    await other.deliverDue()
    t.equal(site.requests.length, 1)
    t.match(await notices(), [{ state: 'delivered', tries: 1 }])
  })

  t.test('a late failure of a process that lost its claim changes nothing', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut, notices } = await signedIn(t, site.uri)
    let finish: (() => void) | undefined
    site.answers((_, response) => {
      finish = () => response.writeHead(500).end()
    })
    await logOut()
    const slow = deliveryOf(gatepass).deliverDue()
    await site.hasSeen(1)
    gatepass.clock.seconds(30)
    site.answers(200)
    await deliveryOf(gatepass).deliverDue()
    t.match(await notices(), [{ state: 'delivered', tries: 1 }])
    finish!()
    await slow
    t.match(await notices(), [{ state: 'delivered', tries: 1, dueAt: null, lastProblem: null }])
  })

  t.test('a clock that is set back an hour: what was claimed before does not wait it out', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut } = await signedIn(t, site.uri)
    gatepass.clock.minutes(-60)
    await logOut()
    gatepass.clock.minutes(60)
    const claim = { now: gatepass.clock.now(), limit: 9, perClient: 9, busy: new Map() }
    await gatepass.database.write(tx => claimNotices(tx, claim))
    gatepass.clock.minutes(-60)
    await deliveryOf(gatepass).deliverDue()
    t.equal(site.requests.length, 1)
  })

  t.test('a claim by a clock that is a little ahead is a claim', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut } = await signedIn(t, site.uri)
    await logOut()
    const claim = { now: gatepass.clock.now() + 200, limit: 9, perClient: 9, busy: new Map() }
    await gatepass.database.write(tx => claimNotices(tx, claim))
    await deliveryOf(gatepass).deliverDue()
    t.equal(site.requests.length, 0)
  })

  t.test('a site that hangs holds up only its own notices, and only a few at a time', async t => {
    const hanging = await startRelyingParty(t)
    hanging.answers(() => {})
    const brisk = await startRelyingParty(t)
    const { gatepass, of, logOut, notices } = await signedIn(t, hanging.uri)
    const other = await addClient(gatepass.database, of.projectId, brisk.uri, { name: 'brisk' })
    for (let n = 0; n < 40; n++) await logOut()
    for (let n = 0; n < 40; n++) await logOut(other)
    const delivery = deliveryOf(gatepass)
    const done = delivery.deliverDue()
    await Promise.all([brisk.hasSeen(40), hanging.hasSeen(4)])
    t.equal(hanging.requests.length, 4)
    await delivery.stop()
    await done
    t.equal(hanging.requests.length, 4, 'and when it is stopped, it begins nothing more')
    const states = Map.groupBy(await notices(), each => `${each.client.name} ${each.state}`)
    t.same([...states].map(([name, { length }]) => [name, length]).sort(), [
      ['brisk delivered', 40],
      ['wiki pending', 40],
    ])
    const problems = (await notices()).flatMap(each => each.lastProblem ?? [])
    t.same(problems, Array(4).fill('no whole answer in 5000 ms'))
  })

  t.test('a redirect: it is not followed, and not taken for an answer', async t => {
    const inside = await startRelyingParty(t)
    const site = await startRelyingParty(t)
    const { gatepass, logOut, notices } = await signedIn(t, site.uri)
    for (const status of [301, 302, 303, 307, 308]) {
      site.answers((_, response) => response.writeHead(status, { location: inside.uri }).end())
      await logOut()
      await deliveryOf(gatepass).deliverDue()
      const problem = `answered ${status}, redirects are not followed`
      t.ok((await notices()).some(each => each.state === 'pending' && each.lastProblem === problem))
    }
    t.equal(inside.requests.length, 0)
  })

  t.test('an address inside, where private networks are not allowed', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut, notices } = await signedIn(t, site.uri)
    await logOut()
    await deliveryOf(gatepass, { allowPrivateNetworks: false }).deliverDue()
    t.equal(site.requests.length, 0)
    t.match(await notices(), [{ state: 'pending', lastProblem: /address that may not be reached/ }])
  })

  t.test('a logout token in the place of another one: no door of ours takes it', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut } = await signedIn(t, site.uri)
    await logOut()
    await deliveryOf(gatepass).deliverDue()
    const authorization = `Bearer ${site.tokens()[0]}`
    t.equal((await gatepass.get('http://id.test/oauth/userinfo', { authorization })).statusCode, 401)
    t.notMatch(gatepass.log(), site.tokens()[0]!)
  })

  t.test('a failing database: what could not be written down is tried again', async t => {
    const site = await startRelyingParty(t)
    const { gatepass, logOut, notices } = await signedIn(t, site.uri)
    await logOut()
    site.answers((_, response) => {
      gatepass.database
        .write(tx => tx.schema.alterTable('attempt_steps').renameTo('gone').execute())
        .then(() => response.end())
    })
    await deliveryOf(gatepass).deliverDue()
    await gatepass.database.write(tx => tx.schema.alterTable('gone').renameTo('attempt_steps').execute())
    t.match(await notices(), [{ state: 'pending', tries: 0 }])
    site.answers(200)
    gatepass.clock.seconds(30)
    await deliveryOf(gatepass).deliverDue()
    t.match(await notices(), [{ state: 'delivered', tries: 1 }])
  })
})
