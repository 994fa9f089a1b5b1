import Type from 'typebox'
import { generateTestCode } from '../codes/generate-test-code.ts'
import { tryPush } from '../codes/try-push.ts'
import { checkLoginUrl } from '../projects/login-url/check-login-url.ts'
import { choice, nullable, strict, traceId, url } from './fields.ts'
import { operation } from './operation.ts'

const about = { tag: 'Test', scope: 'sign-ins:test' } as const

const payload = Type.Unknown({
  description: 'What the login endpoint would send to code generation.',
  examples: [{ username: 'ada', firstName: 'Ada', lastName: 'Lovelace', emailId: 'ada@example.com' }],
})
const atCallback = choice(
  ['opens', 'asks', 'refuses'],
  'What becomes of the code in a browser that did not begin at the site.',
)
const open = (description: string) => Type.Object({}, { description, examples: [{}] })

export const testOperations = [
  operation({
    ...about,
    method: 'POST',
    path: '/projects/:project/test/push',
    id: 'tryPush',
    summary: 'What would come of a push',
    description:
      'With everything that is wrong with it at once, and the claims that the site would see. Nothing is stored.',
    asks: true,
    body: strict({ payload }),
    status: 200,
    answer: strict({
      problems: Type.Array(
        strict({
          field: nullable(Type.String({ examples: ['emailId'] })),
          problem: Type.String({ examples: ['is missing'] }),
          reason: Type.String({ examples: ['payload_invalid'] }),
          fix: Type.String({ examples: ['Correct the fields that are named.'] }),
        }),
        { description: 'A push is refused for any one of them.', examples: [[]] },
      ),
      warnings: Type.Array(Type.String(), { examples: [[]] }),
      outcome: nullable(
        open('Profile, groups, validity, landing page and ID token; null where fields are wrong.'),
      ),
    }),
    async handle({ deps, project, body }) {
      const { problems, warnings, outcome } = await tryPush(deps, project, body.payload)
      return {
        problems: problems.map(each => ({ ...each })),
        warnings: [...warnings],
        outcome: outcome && { ...outcome },
      }
    },
  }),
  operation({
    ...about,
    method: 'POST',
    path: '/projects/:project/test/code',
    id: 'createTestCode',
    summary: 'Make a real code without the client secret',
    description: 'To walk the whole handoff: the reader is made or changed as by a push.',
    creates: true,
    body: strict({ payload }),
    status: 201,
    answer: strict({
      code: Type.String({ description: 'Good once, for 60 seconds.', examples: ['AZl8Hlp...'] }),
      expiresIn: Type.Integer({ description: 'Seconds.', examples: [60] }),
      callbackUrl: url('Where to take a browser.', 'https://help.example.com/jwt/authorize?code=AZl8Hlp...'),
      traceId,
      atCallback,
    }),
    handle: async ({ deps, principal, project, body, visit }) => {
      const wanted = { project, payload: body.payload }
      const { code, expiresIn, callbackUrl, traceId, atCallback } = await generateTestCode(
        deps,
        principal.actor,
        wanted,
        visit,
      )
      return { code, expiresIn, callbackUrl, traceId, atCallback }
    },
  }),
  operation({
    ...about,
    method: 'POST',
    path: '/projects/:project/test/login-url',
    id: 'checkLoginUrl',
    summary: 'Visit the login URL as a browser without a session would',
    description: 'Says what comes back, and what is wrong with it. Takes up to half a minute.',
    asks: true,
    status: 200,
    answer: strict({
      verdict: choice(['ok', 'warning', 'problem'], 'The worst of the findings.'),
      findings: Type.Array(
        strict({
          level: choice(['ok', 'warning', 'problem'], 'How bad it is.'),
          sentence: Type.String({ examples: ['There is a login page.'] }),
          fix: Type.Optional(Type.String({ examples: ['Use https in the login URL.'] })),
        }),
      ),
      visited: Type.Array(
        strict({
          url: Type.String({
            description: 'Without the values of its query.',
            examples: ['https://www.example.com/login?state=...'],
          }),
          status: nullable(Type.Integer(), {
            description: 'Null: not asked, or no answer.',
            examples: [200],
          }),
        }),
        { description: 'The way that a browser goes.' },
      ),
    }),
    async handle({ deps, project }) {
      const { verdict, findings, visited } = await checkLoginUrl(deps, project)
      return { verdict, findings: [...findings], visited: [...visited] }
    },
  }),
]
