// A sign-in as the API shows it, and each step of it with what its reason means.
import Type, { type Static } from 'typebox'
import type { AttemptStep } from '../audit/attempts.ts'
import { describeReason } from '../audit/reasons.ts'
import type { SignIn } from '../audit/sign-in.ts'
import type { Registry } from '../projects/registry.ts'
import { choice, moment, nullable, seconds, strict, traceId } from './fields.ts'

const reason = nullable(
  Type.String({
    description: 'Why it failed: a code of the page Errors and reasons.',
    examples: ['code_expired'],
  }),
)
const stepName = choice(
  ['authorize', 'redirect', 'provider', 'code', 'confirm', 'swap', 'exchange', 'logout'],
  '`redirect`: sent to the login URL; `provider`: sent to an identity provider; `code`: code generation; `swap`: code redeemed.',
)
const reader = nullable(
  Type.String({
    description: 'Who the reader is, as the login endpoint named them.',
    examples: ['ada@example.com'],
  }),
)
const address = nullable(Type.String({ description: 'Where it came from.', examples: ['203.0.113.7'] }))

export const outcome = choice(
  ['passed', 'failed', 'open'],
  '`open`: neither, as with a reader who never came back from the login page.',
)

const about = {
  traceId,
  project: nullable(
    Type.String({ description: 'Slug; null: nobody knows whose it was.', examples: ['acme'] }),
  ),
  beganAt: moment('When it began'),
  lastStepAt: moment('When its last step was'),
  reader,
  address,
  outcome,
  reason,
  sentence: nullable(
    Type.String({
      description: 'The reason in words.',
      examples: ['The code was presented after its life of 60 seconds.'],
    }),
  ),
  fix: nullable(
    Type.String({
      description: 'What to do about it.',
      examples: ['Redirect the browser as soon as the code arrives.'],
    }),
  ),
  lastStep: stepName,
}

export const SignInShape = strict(about, { $id: 'SignIn' })

export const TimelineShape = strict(
  {
    ...about,
    steps: Type.Array(
      strict(
        {
          at: moment('When'),
          step: stepName,
          outcome: choice(['passed', 'failed'], 'What became of it.'),
          reason,
          sentence: about.sentence,
          fix: about.fix,
          reader,
          address,
          detail: Type.Object({}, { description: 'Facts that go with it.', examples: [{ path: '/docs/x' }] }),
        },
        { $id: 'SignInStep' },
      ),
      { description: 'In the order of time.' },
    ),
    cut: Type.Boolean({
      description: 'There are more steps in the middle than are shown.',
      examples: [false],
    }),
  },
  { $id: 'SignInTimeline' },
)

export function showSignIn(registry: Registry, signIn: SignIn): Static<typeof SignInShape> {
  const { projectId, beganAt, lastStepAt, ...rest } = signIn
  return {
    ...rest,
    ...inWords(signIn.reason),
    project: projectId === null ? null : (registry.projectById(projectId)?.slug ?? null),
    beganAt: seconds(beganAt),
    lastStepAt: seconds(lastStepAt),
  }
}

export function showStep(step: AttemptStep): Static<typeof TimelineShape>['steps'][number] {
  const { traceId: _, projectId: __, at, ...rest } = step
  return { ...rest, ...inWords(step.reason), at: seconds(at) }
}

function inWords(reason: string | null): { sentence: string | null; fix: string | null } {
  const text = reason === null ? undefined : describeReason(reason)
  return { sentence: text?.sentence ?? null, fix: text?.fix ?? null }
}
