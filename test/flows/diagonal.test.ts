import t from 'tap'
import { issuer, startApp } from '../start-app.ts'
import { artefactsOf, type Kind, ownerOf } from './artefacts.ts'
import { doorsOf } from './doors.ts'

// Every kind of artefact at every door: only the diagonal works (RFC 9700; code and token of another purpose).
t.test('resists', async t => {
  t.test(
    'nothing is good at another door than its own, nor what is another owner’s at the doors of a project',
    async t => {
      const gatepass = await startApp(t)
      const owner = await ownerOf(t, gatepass, 'acme')
      const other = await ownerOf(t, gatepass, 'other')
      const mine = await artefactsOf(gatepass, owner)
      const theirs = await artefactsOf(gatepass, other)
      let address = 0
      const attempt = async (name: string, ours: boolean, kind: Kind, artefact: string, from: string) => {
        const door = doors[name]!
        if (door.without?.includes(kind)) return
        const { answer, opened = answer.statusCode < 400 } = await door.opens(artefact, from)
        const expected = door.for.includes(kind) && (ours || door.ownProject !== true)
        const what = `${ours ? '' : 'another owner’s '}${kind} at ${name}: ${answer.statusCode}`
        t.equal(opened, expected, what)
        t.ok(answer.statusCode < 500 && answer.statusCode !== 429, what)
      }
      const doors = doorsOf(gatepass, owner, mine)
      const kinds = Object.keys(mine.all) as Kind[]
      for (const name of Object.keys(doors)) {
        // What is refused counts as a guess of an address, and what is refused for too many of them proves nothing.
        for (const [ours, all] of [
          [false, theirs.all],
          [true, mine.all],
        ] as const) {
          const from = `198.51.100.${++address}`
          // What is good comes last: nothing before has spoilt it.
          const last = kinds.toSorted(
            (a, b) => Number(doors[name]!.for.includes(a)) - Number(doors[name]!.for.includes(b)),
          )
          for (const kind of last) await attempt(name, ours, kind, all[kind], from)
        }
      }
      const tried = new Set(Object.values(doors).flatMap(door => door.for))
      t.same(
        kinds.filter(kind => !tried.has(kind)),
        ['trace ID', 'code of a login token'],
        'open nothing anywhere',
      )

      t.equal(
        (await gatepass.callback(other.acme, theirs.all.code)).statusCode,
        302,
        'and nothing of the other was spent',
      )
      const cookie = `gatepass=${mine.all.session}`
      t.equal((await gatepass.get(`${issuer}/gate/userinfo`, { cookie })).statusCode, 404)
    },
  )
})
