// Asks a server whether it keeps what was promised before it was killed. Sessions are looked at before their code is
// presented again, because a replay revokes what the code opened - which is the next promise.
import type { Send } from '../connection.ts'
import type { Handoff } from '../handoff.ts'
import type { Promised } from './acknowledged.ts'

export interface Broken {
  /** Promised and gone: a code that is not good, a session that is not open. */
  lost: string[]
  /** Ended and back: a code good twice, a session that is open after its logout or its revocation. */
  undone: string[]
}

// A code near its end could expire between the check of its age and the answer.
const surelyAlive = 45_000

/** Checks one promise; with `replay` it also presents a used code again. A promise is found broken once. */
export const checkPromise = async (
  send: Send,
  handoff: Handoff,
  promised: Promised,
  broken: Broken,
  { replay }: { replay: boolean },
) => {
  if (promised.broken) return
  const found: Broken = { lost: [], undone: [] }
  await lookAt(send, handoff, promised, found, replay)
  promised.broken = found.lost.length + found.undone.length > 0
  broken.lost.push(...found.lost.slice(0, 1))
  broken.undone.push(...found.undone.slice(0, 1))
}

const lookAt = async (send: Send, handoff: Handoff, promised: Promised, broken: Broken, replay: boolean) => {
  const { code, redemption } = promised
  if (redemption !== undefined && redemption !== 'asked') {
    await checkSession(send, handoff, promised, broken)
    if (!replay || promised.replayed) return
    await expectUsed(send, handoff, promised, broken)
    promised.replayed = true
    await checkSession(send, handoff, promised, broken)
    return
  }
  if (promised.replayed) return expectUsed(send, handoff, promised, broken)
  const alive = Date.now() - promised.askedAt < surelyAlive
  const { status, body } = await send(handoff.swap(code))
  if (redemption === undefined && alive && status !== 200) {
    broken.lost.push(`a code that nobody used answered ${status} ${JSON.parse(body).error}`)
  }
  // Whatever became of a redemption that was not answered: after this swap the code is used, or it is expired.
  promised.replayed = true
  await expectUsed(send, handoff, promised, broken)
}

const checkSession = async (send: Send, handoff: Handoff, promised: Promised, broken: Broken) => {
  const { cookie, accessToken, logout, replayed } = promised
  if (!cookie && !accessToken) return
  const { status } = await send(cookie ? handoff.siteUserinfo(cookie) : handoff.userinfo(accessToken!))
  const kind = cookie ? 'a session at the site' : 'an access token'
  if (logout === 'acknowledged' || replayed) {
    const how = replayed ? 'its code was replayed' : 'its logout'
    if (status !== 401) broken.undone.push(`${kind} answered ${status} after ${how}`)
  } else if (status !== 200 && !(logout === 'asked' && status === 401)) {
    broken.lost.push(`${kind} answered ${status}`)
  }
}

const expectUsed = async (send: Send, handoff: Handoff, { code }: Promised, broken: Broken) => {
  const { status, body } = await send(handoff.swap(code))
  if (status !== 400 || JSON.parse(body).error !== 'invalid_grant') {
    broken.undone.push(`a used code answered ${status}`)
  }
}
