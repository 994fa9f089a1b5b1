// Group commit. Writes of concurrent requests wait in one queue; each turn of the event loop takes them all into one
// transaction, and each is answered after its commit. One fsync then serves many requests, and none is answered early.
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { Handle } from './handle.ts'
import type { Turns } from './turns.ts'

/** Work inside a write transaction. It may run more than once and so changes nothing but the database. */
export type WriteOperation<T> = (tx: Handle) => Promise<T> | T

/** How a database begins, commits and takes back. */
export interface TransactionControl {
  readonly handle: Handle
  begin(): Promise<void> | void
  commit(): Promise<void> | void
  /** Throws where a statement of the member that just ran has failed and the member went on, so that nothing can be kept. */
  afterMember?(): void
  rollback(): Promise<void> | void
  /** The refusal to answer with where the storage itself failed, else undefined. */
  storageFailure(error: unknown): AppError | undefined
  /** Another process holds the write lock; it passes. */
  isBusy(error: unknown): boolean
  /** The transaction was taken back for no fault of a member: a deadlock, a conflict with another node. */
  mayRerun?(error: unknown): boolean
  /** Milliseconds to wait for that lock. */
  readonly lockPatience: number
  /** Where several processes take turns. */
  readonly turns?: Turns | undefined
}

interface Waiting {
  readonly operation: WriteOperation<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

const LARGEST_GROUP = 256
/** Turns of the event loop that a group waits for more, as long as each brings somebody: under load some milliseconds. */
const GATHERING = 16
/** Milliseconds, more or less: two that try again must not meet again. */
const LOCK_PAUSE = 10
const RERUNS = 5

export interface WriteQueue {
  write<T>(operation: WriteOperation<T>): Promise<T>
  /** Waits until everything that was accepted is answered; refuses what comes later. */
  drain(): Promise<void>
}

export function createWriteQueue(control: TransactionControl): WriteQueue {
  let waiting: Waiting[] = []
  let running: Promise<void> | undefined
  let closed = false

  function write<T>(operation: WriteOperation<T>): Promise<T> {
    if (closed) return Promise.reject(new Error('the database is closed'))
    return new Promise<T>((resolve, reject) => {
      waiting.push({ operation, resolve: resolve as (value: unknown) => void, reject })
      running ??= gather().then(flush)
    })
  }

  /**
   * setImmediate runs after the sockets of a turn were read: whoever arrived together commits together. Who comes while
   * these are read goes along too, because a commit costs its fsync however few it is for. Who writes alone waits for
   * nobody.
   */
  async function gather(): Promise<void> {
    let before: number
    let turns = 0
    do {
      before = waiting.length
      await new Promise(next => setImmediate(next))
    } while (waiting.length > before && waiting.length < LARGEST_GROUP && ++turns < GATHERING)
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      await commitNext()
      if (waiting.length > 0) await gather()
    }
    running = undefined
  }

  /** Whoever comes while another process writes goes along. */
  async function commitNext(): Promise<void> {
    const { turns, lockPatience } = control
    if (turns && !(await turns.take(lockPatience))) {
      const refused = waiting
      waiting = []
      for (const { reject } of refused) reject(tooBusy())
      return
    }
    const group = waiting.slice(0, LARGEST_GROUP)
    waiting = waiting.slice(LARGEST_GROUP)
    await commitGroup(group)
    turns?.over()
  }

  async function commitGroup(group: Waiting[]): Promise<void> {
    let members = group
    let reruns = 0
    while (members.length > 0) {
      const failed = await tryGroup(members, reruns < RERUNS)
      if (failed === undefined) return
      if (failed === 'rerun') {
        reruns++
        continue
      }
      // One member's fault is its own: it is answered, and the rest run again without it.
      failed.member.reject(failed.error)
      members = members.filter(member => member !== failed.member)
    }
  }

  /** Commits the group and answers it, or says that nothing was written: one member failed, or all may run again. */
  async function tryGroup(
    members: Waiting[],
    again: boolean,
  ): Promise<{ member: Waiting; error: unknown } | 'rerun' | undefined> {
    let current: Waiting | undefined
    try {
      await begin()
      const results: unknown[] = []
      for (current of members) {
        results.push(await current.operation(control.handle))
        control.afterMember?.()
      }
      current = undefined
      await control.commit()
      for (const [index, member] of members.entries()) member.resolve(results[index])
      return undefined
    } catch (error) {
      await takeBack()
      if (again && control.mayRerun?.(error)) return 'rerun'
      const failure = control.storageFailure(error)
      if (current !== undefined && failure === undefined) return { member: current, error }
      for (const member of members) member.reject(failure ?? error)
      return undefined
    }
  }

  /** A storage that fails may fail at this too; whoever waits is answered all the same, and `begin` tries again. */
  async function takeBack(): Promise<void> {
    try {
      await control.rollback()
    } catch {
      // What is told to the waiting is the first failure, not what followed from it.
    }
  }

  async function begin(): Promise<void> {
    const started = performance.now()
    for (;;) {
      try {
        return await control.begin()
      } catch (error) {
        if (!control.isBusy(error) || performance.now() - started > control.lockPatience) throw error
        await delay(LOCK_PAUSE * (0.5 + Math.random()))
      }
    }
  }

  return {
    write,
    async drain() {
      closed = true
      while (running !== undefined) await running
    },
  }
}

function tooBusy(): AppError {
  return new AppError(
    'temporarily_unavailable',
    'Another process has kept the database busy for too long; nothing was changed. Try again shortly.',
    { retryAfter: 5 },
  )
}
