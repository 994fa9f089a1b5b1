// Hands readers over while nodes and the database come and go, and notes every promise. Half of the codes are brought
// to one address, and their sessions must live; the others are brought to two nodes at the same moment.
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, Send } from '../connection.ts'
import { type Handoff, reader } from '../handoff.ts'
import type { Promised } from './acknowledged.ts'

export interface Load {
  readonly ledger: Promised[]
  /** When a handoff was whole, by `performance.now()`. */
  readonly handoffs: number[]
  /** Codes that both nodes answered for. */
  contested: number
  /** Answers 503 with Retry-After. */
  refused: number
  /** Requests whose connection broke before the answer. */
  broke: number
  readonly twice: string[]
  readonly unexpected: string[]
}

export const newLoad = (): Load => ({
  ...{ ledger: [], handoffs: [], contested: 0, refused: 0, broke: 0, twice: [], unexpected: [] },
})

export interface Doors {
  readonly address: Send
  readonly nodes: readonly [Send, Send]
}

type Outcome = { status: number; body: string } | undefined

/** Goes on until `stopped()`; a caller that gets no answer, or 503, begins with another reader a moment later. */
export const handOverUntilStopped = async (
  doors: Doors,
  handoff: Handoff,
  load: Load,
  stopped: () => boolean,
) => {
  while (!stopped()) {
    const askedAt = Date.now()
    const profile = { ...reader(Math.floor(Math.random() * 500)), tokenValidity: 1440 }
    const generated = await outcome(load, 'generateCode', doors.address(handoff.generateCode(profile)))
    if (generated?.status !== 200) {
      await pause(20)
      continue
    }
    const promised: Promised = { code: JSON.parse(generated.body).code, askedAt }
    load.ledger.push(promised)
    const fate = Math.random()
    if (fate < 0.05) continue
    promised.redemption = 'asked'
    if (fate < 0.5) await contest(doors, handoff, load, promised)
    else await redeem(doors, handoff, load, promised)
    // The machine has other things to do than this.
    await pause(5)
  }
}

const redeem = async (doors: Doors, handoff: Handoff, load: Load, promised: Promised) => {
  const swapped = await outcome(load, 'the token endpoint', doors.address(handoff.swap(promised.code)))
  if (swapped?.status !== 200) {
    if (swapped?.status === 400) load.unexpected.push(`a code that nobody used answered 400 ${swapped.body}`)
    return
  }
  promised.accessToken = JSON.parse(swapped.body).access_token
  promised.redemption = 'acknowledged'
  load.handoffs.push(performance.now())
}

const contest = async (doors: Doors, handoff: Handoff, load: Load, promised: Promised) => {
  const answers = await Promise.all(
    doors.nodes.map(send => outcome(load, 'a node', send(handoff.swap(promised.code)))),
  )
  const winners = answers.filter(answer => answer?.status === 200)
  const losers = answers.filter(answer => answer?.status === 400)
  if (winners.length > 1) load.twice.push('both nodes redeemed one code')
  if (losers.length > 1) load.unexpected.push('neither node redeemed a code that nobody had used')
  if (winners.length === 0) return
  promised.redemption = 'acknowledged'
  load.handoffs.push(performance.now())
  if (losers.length === 0) return
  // Both answered: one won, and the other was a replay, which has ended the session that the first opened.
  load.contested++
  promised.accessToken = JSON.parse(winners[0]!.body).access_token
  promised.replayed = true
}

/** 200 and 400 as they came; undefined where there was no answer, or one that says to come back later. */
const outcome = async (load: Load, what: string, answering: Promise<Answer>): Promise<Outcome> => {
  let answer: Answer
  try {
    answer = await answering
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    load.broke++
    return undefined
  }
  const { status, headers, body } = answer
  if (status === 200 || status === 400) return { status, body }
  if (status === 503 && headers['retry-after'] === '5') load.refused++
  else load.unexpected.push(`${what} answered ${status}: ${body.slice(0, 200)}`)
  return undefined
}
