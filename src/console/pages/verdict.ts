// What became of a sign-in, in one sentence: the first thing that an administrator reads.
import type { AttemptStep } from '../../audit/attempts.ts'
import type { SignIn } from '../../audit/sign-in.ts'
import { displayName, type Reader } from '../../readers/reader.ts'
import { isolated } from './isolated.ts'
import { agoText } from './parts.ts'
import { sentenceOfReason } from './sign-in-outcome.ts'

/** One who signs in may take so long, in milliseconds. */
const PATIENCE = 600_000

interface Story {
  readonly signIn: SignIn
  readonly steps: readonly AttemptStep[]
  readonly reader: Reader | undefined
}

/** The step that the verdict is about; undefined where nothing failed. */
export function decisiveFailure({ signIn, steps }: Pick<Story, 'signIn' | 'steps'>): AttemptStep | undefined {
  const failed = steps.filter(step => step.outcome === 'failed')
  if (signIn.outcome === 'failed') return failed.findLast(step => step.step !== 'logout')
  if (signIn.outcome === 'passed') return undeliveredLogout(steps)
  return undefined
}

/** The notice of a sign-out that did not arrive until now. */
function undeliveredLogout(steps: readonly AttemptStep[]): AttemptStep | undefined {
  const last = new Map<unknown, AttemptStep>()
  for (const step of steps)
    if (step.step === 'logout' && step.detail.told !== undefined) last.set(step.detail.told, step)
  return [...last.values()].findLast(step => step.outcome === 'failed')
}

/** Text. */
export function verdict(story: Story, now: number): string {
  const { signIn, steps } = story
  const who = whoOf(story)
  const failure = decisiveFailure(story)
  if (signIn.outcome === 'failed' && failure) {
    const because = reasonInSentence(failure, now)
    const when = agoText(failure.at, now)
    if (isUndone(steps)) return `${who} signed in, and was signed out again ${when}: ${because}`
    if (failure.step === 'authorize' || signIn.reader !== null)
      return `${who} could not sign in ${when}: ${because}`
    return `A sign-in failed ${when}, of a reader who is not known: ${because}`
  }
  if (signIn.outcome === 'open') return openVerdict(signIn, who, now)
  const entered = steps.find(step => step.step === 'swap' && step.outcome === 'passed')
  const beginning = entered
    ? `${who} signed in ${agoText(entered.at, now)}`
    : `${who} had signed in, and the session ended ${agoText(signIn.beganAt, now)}`
  return failure
    ? `${beginning}; but a sign-out did not arrive: ${reasonInSentence(failure, now)}`
    : `${beginning}.`
}

/** A later step ended what an earlier one opened. */
function isUndone(steps: readonly AttemptStep[]): boolean {
  return steps.some(step => step.step === 'swap' && step.outcome === 'passed')
}

function whoOf({ reader, signIn }: Story): string {
  const name = (reader && displayName(reader)) || signIn.reader
  return name ? isolated(name) : 'Somebody'
}

function openVerdict({ lastStep, lastStepAt, reader }: SignIn, who: string, now: number): string {
  const when = agoText(lastStepAt, now)
  const soon = now - lastStepAt < PATIENCE ? ' They may still be at it.' : ''
  switch (lastStep) {
    case 'redirect':
      return `${who} was sent to the login page ${when}, and did not come back.${soon}`
    case 'authorize':
      return reader === null
        ? `An application asked for a sign-in ${when}, and nobody signed in.${soon}`
        : `${who} was sent back to an application ${when}, which did not fetch the sign-in.${soon}`
    case 'code':
      return `The login endpoint got a code for ${who} ${when}, and no browser brought it.${soon}`
    case 'confirm':
      return `${who} was asked whether to continue ${when}, and did not answer.${soon}`
    default:
      return `A sign-in of ${who} stopped ${when}.${soon}`
  }
}

/** The reason as the end of a sentence, with a time where the step tells one. */
function reasonInSentence({ reason, detail }: AttemptStep, now: number): string {
  if (reason === null) return 'no reason was noted.'
  if (reason === 'secret_retired' && typeof detail.retiredAt === 'number')
    return `the client secret was retired or revoked ${agoText(detail.retiredAt, now)}.`
  const sentence = sentenceOfReason(reason)
  return /^(JWT|"|[A-Z]{2})/.test(sentence) ? sentence : sentence.charAt(0).toLowerCase() + sentence.slice(1)
}

/** What to do where nothing failed, and nothing passed. */
export function adviceWhereOpen({ lastStep, lastStepAt, reader }: SignIn, now: number): string {
  if (now - lastStepAt < PATIENCE) return 'Wait a moment, and load this page again.'
  switch (lastStep) {
    case 'redirect':
      return 'If they did sign in there: the login endpoint asked for no code, or without the state of this visit. Open the login URL as a reader, and test your integration.'
    case 'authorize':
      return reader === null
        ? 'Ask the reader where they stopped. If the login page let them in, it asked for no code.'
        : 'Look into the log of the application: it has to swap the code that it was given.'
    case 'code':
      return 'See that the login endpoint redirects the browser to the callback URL, with the code and at once.'
    default:
      return 'Ask the reader to begin again at the knowledge base.'
  }
}
